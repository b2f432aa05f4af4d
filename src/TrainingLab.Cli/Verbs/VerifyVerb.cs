using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Evidence;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab verify EVIDENCE</c>: whether hash chain and seal hold, or the first record where they do not.</summary>
internal static class VerifyVerb
{
    public static Command Create()
    {
        var file = new Argument<string>("EVIDENCE") { Description = "Evidence file, or a student's redacted copy." };
        var key = new Option<string?>("--key") { Description = "Fingerprint of the key that the seal must be of; any key by default." };
        var command = new Command("verify", "Says whether an evidence file is intact, or the first record that is not.") { file, key };
        command.SetAction(parsed =>
        {
            var output = VerbOutput.Of(parsed);
            EvidencePath.RequireFile(parsed.GetValue(file)!);
            var verdict = EvidenceVerifier.Verify(parsed.GetValue(file)!, parsed.GetValue(key));
            if (output.IsJson)
                output.Json(ToJson(verdict));
            else
                Write(output, verdict);
            return verdict.IsIntact ? ExitCodes.Good : ExitCodes.NotGood;
        });
        return command;
    }

    private static void Write(VerbOutput output, EvidenceVerdict verdict)
    {
        output.Text.MarkupLine(verdict.IsIntact
            ? Language.Say($"[green]intact[/]: {verdict.Records} records", $"[green]完好[/]：{verdict.Records} 条记录")
            : Language.Say(
                $"[red]{NotIntact(verdict.State)}[/]: record {verdict.FirstBadRecord}: {Markup.Escape(verdict.Reason ?? "")}",
                $"[red]{NotIntact(verdict.State)}[/]：记录 {verdict.FirstBadRecord}：{Markup.Escape(verdict.Reason ?? "")}"));
        output.Line(Language.Say($"head {verdict.Head}", $"链头 {verdict.Head}"));
        if (verdict.Fingerprint.Length > 0)
            output.Line(Language.Say($"sealed by {verdict.Fingerprint}", $"封签 {verdict.Fingerprint}"));
    }

    private static string NotIntact(EvidenceState state) => state switch
    {
        EvidenceState.Broken => Language.Say("not intact", "不完好"),
        EvidenceState.Unsealed => Language.Say("unsealed", "未封签"),
        EvidenceState.ForeignSeal => Language.Say("foreign seal", "封签来自别处"),
        _ => KeyNames.Of(state.ToString()),
    };

    private static JsonObject ToJson(EvidenceVerdict verdict) => new()
    {
        ["intact"] = verdict.IsIntact,
        ["state"] = KeyNames.Of(verdict.State.ToString()),
        ["records"] = verdict.Records,
        ["head"] = verdict.Head,
        ["fingerprint"] = verdict.Fingerprint,
        ["firstBadRecord"] = verdict.FirstBadRecord,
        ["reason"] = verdict.Reason,
    };
}
