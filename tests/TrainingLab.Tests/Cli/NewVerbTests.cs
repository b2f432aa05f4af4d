using TrainingLab.Cli;

namespace TrainingLab.Tests.Cli;

/// <summary>What <c>lab new</c> writes is complete and valid.</summary>
public sealed class NewVerbTests
{
    [Fact]
    public async Task A_new_lab_scenario_and_device_validate()
    {
        using var folder = ContentCopy();

        var lab = await Lab.RunAsync("new", "lab", "identifiers/my-lab", "--content", folder.Path, "--json");
        var scenario = await Lab.RunAsync("new", "scenario", "my-hall", "--content", folder.Path, "--json");
        var device = await Lab.RunAsync("new", "device", "my-sensor", "--content", folder.Path, "--json");
        var valid = await Lab.RunAsync("validate", "--content", folder.Path, "--json");

        Assert.All([lab, scenario, device], made =>
        {
            Assert.Equal(ExitCodes.Good, made.ExitCode);
            Assert.All(made.Json["created"]!.AsArray(), f => Assert.True(File.Exists(folder.File((string)f!))));
        });
        Assert.Empty(valid.Json["mistakes"]!.AsArray());
        Assert.Equal(ExitCodes.Good, valid.ExitCode);
    }

    [Fact]
    public async Task Nothing_is_overwritten()
    {
        using var folder = ContentCopy();
        await Lab.RunAsync("new", "device", "mine", "--content", folder.Path);
        await File.WriteAllTextAsync(folder.File("devices/mine.device.yaml"), "id: mine", TestContext.Current.CancellationToken);

        var again = await Lab.RunAsync("new", "device", "mine", "--content", folder.Path);

        Assert.Equal(ExitCodes.CouldNotRun, again.ExitCode);
        Assert.Equal("id: mine", await File.ReadAllTextAsync(folder.File("devices/mine.device.yaml"), TestContext.Current.CancellationToken));
    }

    private static TemporaryFolder ContentCopy()
    {
        var folder = new TemporaryFolder();
        foreach (var part in (string[])["scenarios", "devices"])
        {
            Directory.CreateDirectory(folder.File(part));
            foreach (var file in Directory.EnumerateFiles(Path.Combine(TrainingLab.Labs.Attempts.LabsEnvironment.ContentRoot, part), "*.yaml"))
                File.Copy(file, folder.File(Path.Combine(part, Path.GetFileName(file))));
        }

        return folder;
    }
}
