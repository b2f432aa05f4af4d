namespace TrainingLab.EndToEndTests.Serve;

/// <summary>The process is stopped in order while somebody works.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task Sigterm_ends_it_well_and_a_later_start_goes_on_where_the_student_stood()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SIGTERM is not known there.");
        using var student = new StudentAtWork();
        await using var server = await ServerProcess.StartAsync();
        student.MoveTo(server.Address);
        await student.Visitor.TryAsync();
        var id = await student.Visitor.StartAttemptAsync("network/vlan-segmentation");
        var variant = await student.ReadVariantAsync(id);
        await student.ExecAsync(id, $"switch sw-2 port 6 access vlan {variant["officeVlan"]}");

        var (code, errors) = await server.StopAsync();

        Assert.True(errors.Length == 0, errors);
        Assert.Equal(0, code);
        await using var again = await ServerProcess.StartAsync(server.Folder, server.Address.Port);
        var switches = await student.GetAsync($"/api/v1/attempts/{id}/switches");
        var port6 = switches.AsArray().First(s => (string)s!["name"]! == "sw-2")!["ports"]!.AsArray().First(p => (string)p!["name"]! == "6")!;
        Assert.Equal((int)variant["officeVlan"]!, (int)port6["settings"]!["accessVlan"]!);
    }
}
