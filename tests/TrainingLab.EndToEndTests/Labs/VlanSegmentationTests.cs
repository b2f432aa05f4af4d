using TrainingLab.Labs.Grading;

namespace TrainingLab.EndToEndTests.Labs;

/// <summary>Lab 1 with foreign tools alone: curl on the switches' consoles.</summary>
public sealed class VlanSegmentationTests
{
    [Fact]
    public async Task Curl_on_the_consoles_earns_full_marks()
    {
        await using var lab = await LiveLab.StartAsync("network/vlan-segmentation", seed: 11);
        var (cell, office, parking) = (lab.Variant("cellVlan"), lab.Variant("officeVlan"), lab.Variant("parkingVlan"));
        await PutPortAsync(lab, "sw-1", lab.Variant("officePort"), $$"""{"mode":"access","vlan":{{office}}}""");
        await PutPortAsync(lab, "sw-2", "6", $$"""{"mode":"access","vlan":{{office}}}""");
        await PutPortAsync(lab, "sw-1", "8", $$"""{"mode":"trunk","native":{{parking}},"allowed":"{{cell}},{{office}},99"}""");
        await PutPortAsync(lab, "sw-2", "8", $$"""{"mode":"trunk","native":{{parking}},"allowed":"{{cell}},{{office}},99"}""");
        await LiveLab.RunAsync("curl", "-sS", "--fail-with-body", "-X", "POST", lab.Url("sw-1", "/api/save"));
        await LiveLab.RunAsync("curl", "-sS", "--fail-with-body", "-X", "POST", lab.Url("sw-2", "/api/save"));
        await lab.WaitForAsync("saved", CheckOutcome.Passed);

        var card = await lab.HandInAsync();

        Assert.Equal(100, card.Score);
    }

    private static Task<string> PutPortAsync(LiveLab lab, string device, string port, string json) =>
        LiveLab.RunAsync("curl", "-sS", "--fail-with-body", "-X", "PUT", "-H", "Content-Type: application/json", "-d", json, lab.Url(device, $"/api/ports/{port}"));
}
