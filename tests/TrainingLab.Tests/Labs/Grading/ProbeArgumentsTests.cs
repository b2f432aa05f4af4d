using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Definitions.Validation;

namespace TrainingLab.Tests.Labs.Grading;

/// <summary>A probe that could not be run as it is written is a mistake of the lab, found before anybody starts it.</summary>
public sealed class ProbeArgumentsTests
{
    private const string Lab = "labs/network/vlan-segmentation/lab.yaml";

    private static readonly LabCatalog Shipped = LabCatalog.Load(LabsEnvironment.ContentRoot, LabsEnvironment.Format);

    [Theory]
    [InlineData("kind: opcua, with", "kind: opcuaa, with", "unknown-reference", "did you mean 'opcua'?")]
    [InlineData("with: { from: gateway, to: \"capper-1:4840\" }", "with: { form: gateway, to: \"capper-1:4840\" }", "missing-key", "add 'from: office-pc' to 'with'", "unknown-reference", "did you mean 'from'?")]
    [InlineData("to: \"capper-1:4840\"", "to: \"caper-1:4840\"", "unknown-reference", "did you mean 'capper-1'?")]
    [InlineData("to: \"capper-1:4840\"", "to: \"capper-1:99999\"", "bad-format", "'capper-1:99999' is no host and port")]
    [InlineData("to: \"capper-1:4840\"", "to: capper-1", "bad-format", "'capper-1' is no host and port")]
    [InlineData("from: gateway, to: \"capper-1:4840\"", "from: gatway, to: \"capper-1:4840\"", "unknown-reference", "did you mean 'gateway'?")]
    [InlineData("device: filler-1, tag: StateCurrent", "device: filer-1, tag: StateCurrent", "unknown-reference", "did you mean 'filler-1'?")]
    [InlineData("device: filler-1, tag: StateCurrent", "device: filler-1, tag: StateCurent", "unknown-reference", "did you mean 'StateCurrent'?")]
    [InlineData("to: \"filler-1:4840\" }, expect: blocked", "to: \"filler-1:4840\" }, expect: bloked", "unknown-reference", "did you mean 'blocked'?")]
    [InlineData("kind: connect, with: { from: gateway, to: \"capper-1:4840\" }", "kind: mqtt, with: { from: gateway, action: read, topic: a }", "unknown-reference", "there is no action 'read'")]
    [InlineData("kind: connect, with: { from: gateway, to: \"capper-1:4840\" }", "kind: mqtt, with: { from: gateway, action: publish, topic: \"a/#\" }", "bad-format", "'a/#' is no topic to publish to")]
    [InlineData("kind: connect, with: { from: gateway, to: \"capper-1:4840\" }", "kind: mqtt, with: { from: gateway, action: subscribe, topic: \"a/#/b\" }", "bad-format", "'a/#/b' is not a topic filter")]
    [InlineData("kind: connect, with: { from: gateway, to: \"capper-1:4840\" }", "kind: mqtt, with: { from: gateway, action: subscribe, topic: a, usr: x }", "unknown-reference", "did you mean 'user'?")]
    public void A_probe_that_cannot_run_is_reported_where_it_stands(string replace, string by, params string[] codesAndParts)
    {
        var text = Shipped.Labs["network/vlan-segmentation"].File.Text;
        var at = text.IndexOf(replace, StringComparison.Ordinal);
        Assert.True(at >= 0, replace);
        var line = 1 + text[..at].Count(c => c == '\n');

        var found = Validate(text[..at] + by + text[(at + replace.Length)..]);

        Assert.Equal(codesAndParts.Length / 2, found.Count);
        for (var i = 0; i < codesAndParts.Length; i += 2)
            Assert.Contains(found, m => m.Span.Line == line && m.Code == codesAndParts[i] && m.ToString().Contains(codesAndParts[i + 1], StringComparison.Ordinal));
    }

    private static IReadOnlyList<Mistake> Validate(string text)
    {
        var files = Shipped.Labs.Values.SelectMany(l => l.OwnFiles).Concat(Shipped.Scenarios.Values).Concat(Shipped.Devices.Values).Select(f => f.Path == Lab ? SourceFile.FromText(Lab, text) : f);
        return new DefinitionValidator(new LabCatalog(files, LabsEnvironment.Format)).ValidateLab("network/vlan-segmentation");
    }
}
