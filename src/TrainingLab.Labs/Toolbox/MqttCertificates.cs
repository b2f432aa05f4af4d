using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Services;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Network;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>mqtt cert</c>: what the plant's authority has issued, and does on demand. Foreign tools need its certificate, and keys in files.</summary>
/// <param name="command">The command whose words these are.</param>
/// <param name="context">The factory, and who acts.</param>
/// <param name="authority">The authority.</param>
/// <param name="who">Who acts.</param>
internal sealed class MqttCertificates(IToolboxCommand command, ToolboxContext context, PlantAuthority authority, PlantPeer who)
{
    private static readonly LocalizedText NoCertificate = new("{0} has no client certificate; mqtt cert show lists those who have", "{0} 没有客户端证书；mqtt cert show 可列出证书");
    private static readonly LocalizedText NotForServer = new("{0} is the broker; a client needs another name", "{0} 是消息服务器；客户端需要其他名称");
    private static readonly LocalizedText NotAName = new("a name has 1 to {0} characters", "名称为 1 至 {0} 个字符");
    private static readonly LocalizedText Revoked = new("revoked", "已吊销");
    private static readonly LocalizedText Until = new("until {0}", "有效期至 {0}");

    /// <summary>Does it.</summary>
    public async Task<CommandResult> RunAsync(IReadOnlyList<string> words) => words switch
    {
        [] or ["show"] => Show(),
        ["authority"] => Print(authority.Certificate.ExportCertificatePem()),
        ["issue", var name] => await IssueAsync(name),
        ["print", var name] => Find(name) is { } wrong ? wrong : Print(PlantAuthority.PemOf(authority.Of(name)!)),
        ["revoke", var name] => Find(name) is { } wrong ? wrong : await RevokeAsync(name),
        _ => ToolboxOutput.Misused(command, MqttTexts.Of(context, MqttTexts.Certificates)),
    };

    private CommandResult? Find(string name) => authority.Clients.Contains(name, StringComparer.Ordinal) ? null : Failed(NoCertificate, name);

    private async Task<CommandResult> IssueAsync(string name)
    {
        if (name.Length is 0 or > PlantAuthority.MaxNameLength)
            return Failed(NotAName, PlantAuthority.MaxNameLength);
        if (name == authority.Server)
            return Failed(NotForServer, name);
        await authority.IssueAsync(who, name);
        return Print(PlantAuthority.PemOf(authority.Of(name)!));
    }

    private async Task<CommandResult> RevokeAsync(string name)
    {
        await authority.RevokeAsync(who, name);
        context.Factory.Broker!.DisconnectCertified(name);
        return Show();
    }

    private CommandResult Show()
    {
        var output = new ToolboxOutput();
        var json = new JsonArray();
        foreach (var name in authority.Clients)
        {
            var until = authority.Of(name)!.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            output.Line($"{name,-16} {string.Format(CultureInfo.InvariantCulture, Until.In(context.Language), until)}{(authority.IsRevoked(name) ? $"  {Revoked.In(context.Language)}" : "")}");
            json.Add(new JsonObject { ["name"] = name, ["until"] = until, ["revoked"] = authority.IsRevoked(name) });
        }

        return output.Done(json);
    }

    private static CommandResult Print(string pem)
    {
        var output = new ToolboxOutput();
        output.Lines(pem);
        return output.Done();
    }

    private CommandResult Failed(LocalizedText text, object value) => ToolboxOutput.Failed(MqttTexts.Of(context, text, value));
}
