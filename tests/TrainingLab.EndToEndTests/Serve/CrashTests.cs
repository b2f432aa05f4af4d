using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TrainingLab.Tests.Web.Fakes;

namespace TrainingLab.EndToEndTests.Serve;

/// <summary>The process is killed in the middle of an attempt.</summary>
public sealed class CrashTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_kill_9_nothing_acknowledged_is_missing_and_the_student_goes_on()
    {
        string id;
        string folder;
        int port;
        JsonNode before;
        JsonNode variant;
        using var student = new StudentAtWork();
        await using (var server = await ServerProcess.StartAsync())
        {
            student.MoveTo(server.Address);
            await student.Visitor.TryAsync();
            id = await student.Visitor.StartAttemptAsync("network/vlan-segmentation");
            variant = await student.ReadVariantAsync(id);
            await student.ExecAsync(id, $"switch sw-1 port {variant["officePort"]} access vlan {variant["officeVlan"]}");
            await student.ExecAsync(id, $"switch sw-2 port 6 access vlan {variant["officeVlan"]}");
            await student.ExecAsync(id, "switch sw-2 save");
            before = await student.GetAsync($"/api/v1/attempts/{id}/evidence?after=0&limit=500");
            folder = server.Folder;
            port = server.Address.Port;
            await server.KillAsync();
        }

        await using var again = await ServerProcess.StartAsync(folder, port);
        var after = await student.GetAsync($"/api/v1/attempts/{id}/evidence?after=0&limit=500");
        var kept = after.AsArray().Select(e => e!.ToJsonString()).ToHashSet(StringComparer.Ordinal);
        Assert.All(before.AsArray(), e => Assert.Contains(e!.ToJsonString(), kept));
        var switches = await student.GetAsync($"/api/v1/attempts/{id}/switches");
        var port6 = switches.AsArray().First(s => (string)s!["name"]! == "sw-2")!["ports"]!.AsArray().First(p => (string)p!["name"]! == "6")!;
        Assert.Equal((int)variant["officeVlan"]!, (int)port6["settings"]!["accessVlan"]!);

        await student.ExecAsync(id, $"switch sw-1 port 8 trunk native {variant["parkingVlan"]} allowed {variant["cellVlan"]},{variant["officeVlan"]},99");
        await student.ExecAsync(id, $"switch sw-2 port 8 trunk native {variant["parkingVlan"]} allowed {variant["cellVlan"]},{variant["officeVlan"]},99");
        await student.ExecAsync(id, "switch sw-1 save");
        await student.ExecAsync(id, "switch sw-2 save");
        await student.WaitForScoreAsync(id, 100);
        var submitted = await student.PostAsync($"/api/v1/attempts/{id}/submit");
        Assert.True((bool)submitted["done"]!);
        Assert.Equal(100, (int)(await student.GetAsync($"/api/v1/attempts/{id}/scorecard"))["score"]!);
    }
}
