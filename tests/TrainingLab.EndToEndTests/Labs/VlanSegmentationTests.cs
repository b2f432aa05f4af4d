using TrainingLab.Labs.Grading;

namespace TrainingLab.EndToEndTests.Labs;

/// <summary>Lab 1: with foreign tools alone (curl on the switches' consoles), with toolbox lines alone, and what must not be green.</summary>
public sealed class VlanSegmentationTests
{
    private const string Lab = "network/vlan-segmentation";

    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Curl_on_the_consoles_earns_full_marks()
    {
        await using var lab = await LiveLab.StartAsync(Lab, seed: 11);
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

    [Fact]
    public async Task Toolbox_lines_earn_full_marks()
    {
        await using var lab = await SteppedLab.StartAsync(Lab, seed: 12);
        await SegmentAsync(lab, await FindOfficePortAsync(lab));
        await SaveAsync(lab);
        await lab.WaitAsync(Settled);

        var card = await lab.HandInAsync();

        Assert.Equal(100, card.Score);
    }

    [Theory]
    [InlineData("filler-1")]
    [InlineData("gateway")]
    [InlineData("broker")]
    public async Task A_dead_device_is_no_isolation(string device)
    {
        await using var lab = await SteppedLab.StartAsync(Lab, seed: 13);
        await lab.SetPowerAsync(device, on: false);
        await SaveAsync(lab);
        await lab.WaitAsync(Settled);
        Assert.NotEqual(CheckOutcome.Passed, await lab.OutcomeAsync("cell-isolated"));

        // Even the right configuration proves nothing while the legitimate path is dead.
        await SegmentAsync(lab, lab.Variant("officePort"));
        await lab.WaitAsync(Settled);
        Assert.Equal(CheckOutcome.Passed, await lab.OutcomeAsync("office-talks"));
        Assert.Equal(CheckOutcome.Failed, await lab.OutcomeAsync("cell-isolated"));

        await lab.SetPowerAsync(device, on: true);
        await SaveAsync(lab);
        await lab.WaitAsync(Settled);
        Assert.Equal(CheckOutcome.Passed, await lab.OutcomeAsync("cell-isolated"));
    }

    [Fact]
    public async Task A_device_that_dies_afterwards_takes_the_isolation_away_by_the_hand_in()
    {
        await using var lab = await SteppedLab.StartAsync(Lab, seed: 14);
        await SegmentAsync(lab, lab.Variant("officePort"));
        await SaveAsync(lab);
        await lab.WaitAsync(Settled);
        Assert.Equal(CheckOutcome.Passed, await lab.OutcomeAsync("cell-isolated"));

        await lab.SetPowerAsync("filler-1", on: false);
        var card = await lab.HandInAsync();

        Assert.Equal(CheckOutcome.Failed, card.Checks.First(c => c.Id == "cell-isolated").Outcome);
    }

    [Theory]
    [InlineData("filler-1")]
    [InlineData("office-pc")]
    public async Task A_host_that_dies_by_itself_takes_the_isolation_away_and_one_that_comes_back_gives_it_back(string host)
    {
        await using var lab = await SteppedLab.StartAsync(Lab, seed: 18);
        await SegmentAsync(lab, lab.Variant("officePort"));
        await SaveAsync(lab);
        await lab.WaitAsync(Settled);
        Assert.Equal(CheckOutcome.Passed, await lab.OutcomeAsync("cell-isolated"));

        await lab.SetPowerAsync(host, on: false);
        await lab.WaitAsync(TimeSpan.FromSeconds(40));
        Assert.Equal(CheckOutcome.Failed, await lab.OutcomeAsync("cell-isolated"));

        await lab.SetPowerAsync(host, on: true);
        await lab.WaitAsync(TimeSpan.FromSeconds(40));
        Assert.Equal(CheckOutcome.Passed, await lab.OutcomeAsync("cell-isolated"));
    }

    [Fact]
    public async Task Whoever_keeps_the_plant_busy_cannot_keep_the_probes_away()
    {
        await using var lab = await SteppedLab.StartAsync(Lab, seed: 19);
        await SegmentAsync(lab, lab.Variant("officePort"));
        await SaveAsync(lab);
        await lab.WaitAsync(Settled);
        Assert.Equal(CheckOutcome.Passed, await lab.OutcomeAsync("gateway-polls"));

        await lab.ExecAsync("switch sw-2 port 5 disable");
        for (var i = 0; i < 60; i++)
            await lab.ExecAsync($"mqtt pub student/noise {i}");

        Assert.Equal(CheckOutcome.Failed, await lab.OutcomeAsync("gateway-polls"));
    }

    [Theory]
    [InlineData("switch sw-1 port {port} access vlan {cell}", "cell-isolated")]
    [InlineData("switch sw-2 port 6 access vlan {cell}", "cell-isolated")]
    [InlineData("switch sw-1 port {port} disable", "office-talks")]
    [InlineData("switch sw-2 port 8 trunk native {parking} allowed all", "trunk-list")]
    [InlineData("switch sw-2 port 8 trunk native {cell} allowed {cell},{office},99", "native-parked")]
    public async Task Undoing_turns_a_check_red_again(string undo, string check)
    {
        await using var lab = await SteppedLab.StartAsync(Lab, seed: 15);
        await SegmentAsync(lab, lab.Variant("officePort"));
        await SaveAsync(lab);
        await lab.WaitAsync(Settled);
        Assert.Equal(CheckOutcome.Passed, await lab.OutcomeAsync(check));
        Assert.Equal(CheckOutcome.Passed, await lab.OutcomeAsync("saved"));

        await lab.ExecAsync(undo
            .Replace("{port}", lab.Variant("officePort"), StringComparison.Ordinal)
            .Replace("{cell}", lab.Variant("cellVlan"), StringComparison.Ordinal)
            .Replace("{office}", lab.Variant("officeVlan"), StringComparison.Ordinal)
            .Replace("{parking}", lab.Variant("parkingVlan"), StringComparison.Ordinal));
        await lab.WaitAsync(Settled);

        Assert.Equal(CheckOutcome.Failed, await lab.OutcomeAsync(check));
        Assert.Equal(CheckOutcome.Failed, await lab.OutcomeAsync("saved"));
    }

    [Fact]
    public async Task A_restart_without_saving_turns_it_red()
    {
        await using var lab = await SteppedLab.StartAsync(Lab, seed: 16);
        await SegmentAsync(lab, lab.Variant("officePort"));
        await lab.WaitAsync(Settled);
        Assert.Equal(CheckOutcome.Passed, await lab.OutcomeAsync("cell-isolated"));

        await lab.ExecAsync("switch sw-2 restart");
        await lab.WaitAsync(Settled);

        Assert.Equal(CheckOutcome.Failed, await lab.OutcomeAsync("office-talks"));
        Assert.Equal(CheckOutcome.Failed, await lab.OutcomeAsync("cell-isolated"));
    }

    [Fact]
    public async Task A_restart_after_saving_keeps_it()
    {
        await using var lab = await SteppedLab.StartAsync(Lab, seed: 17);
        await SegmentAsync(lab, lab.Variant("officePort"));
        await SaveAsync(lab);
        await lab.WaitAsync(Settled);

        await lab.ExecAsync("switch sw-1 restart");
        await lab.WaitAsync(Settled);
        var card = await lab.HandInAsync();

        Assert.All(card.Checks, c => Assert.Equal(CheckOutcome.Passed, c.Outcome));
    }

    [Fact]
    public async Task Whoever_saves_restarts_and_hands_in_at_once_has_done_nothing_wrong()
    {
        await using var lab = await SteppedLab.StartAsync(Lab, seed: 20);
        await SegmentAsync(lab, lab.Variant("officePort"));
        await SaveAsync(lab);
        await lab.WaitAsync(Settled);

        await lab.ExecAsync("switch sw-2 restart");
        var card = await lab.HandInAsync();

        Assert.All(card.Checks, c => Assert.Equal(CheckOutcome.Passed, c.Outcome));
    }

    /// <summary>Reads the MAC table as a student does: VLAN, address, port, and whose it is. One computer alone is on ports 3 to 6.</summary>
    private static async Task<string> FindOfficePortAsync(SteppedLab lab)
    {
        var table = await lab.ExecAsync("switch sw-1 show mac-table");
        var rows = table.Lines.Select(l => l.Text.Split(' ')).ToList();
        var port = rows.Single(r => r[3] == "office-pc")[2];
        Assert.Equal("office-pc", rows.Single(r => r[2] is "3" or "4" or "5" or "6")[3]);
        Assert.Equal(lab.Variant("officePort"), port);
        return port;
    }

    private static async Task SegmentAsync(SteppedLab lab, string officePort)
    {
        var (cell, office, parking) = (lab.Variant("cellVlan"), lab.Variant("officeVlan"), lab.Variant("parkingVlan"));
        await lab.ExecAsync($"switch sw-1 port {officePort} access vlan {office}");
        await lab.ExecAsync($"switch sw-2 port 6 access vlan {office}");
        await lab.ExecAsync($"switch sw-1 port 8 trunk native {parking} allowed {cell},{office},99");
        await lab.ExecAsync($"switch sw-2 port 8 trunk native {parking} allowed {cell},{office},99");
    }

    private static async Task SaveAsync(SteppedLab lab)
    {
        await lab.ExecAsync("switch sw-1 save");
        await lab.ExecAsync("switch sw-2 save");
    }

    private static Task<string> PutPortAsync(LiveLab lab, string device, string port, string json) =>
        LiveLab.RunAsync("curl", "-sS", "--fail-with-body", "-X", "PUT", "-H", "Content-Type: application/json", "-d", json, lab.Url(device, $"/api/ports/{port}"));
}
