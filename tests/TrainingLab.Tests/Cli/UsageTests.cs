using TrainingLab.Cli;
using TrainingLab.Tests.House;

namespace TrainingLab.Tests.Cli;

/// <summary>What scripts rely on: exit codes, and nothing but one document on standard output.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData]
    [InlineData("frobnicate")]
    [InlineData("run", "network/vlan-segmentation")]
    [InlineData("list", "--track", "gardening")]
    [InlineData("list", "--lang", "fr")]
    [InlineData("schema", "song")]
    [InlineData("start", "network/vlan-segmentation", "--speed", "0")]
    [InlineData("start", "network/vlan-segmentation", "--for", "ten")]
    [InlineData("start", "network/vlan-segmentation", "--port-base", "70000")]
    [InlineData("new", "lab", "no-track")]
    [InlineData("new", "device", "Not An Id")]
    [InlineData("health", "nowhere")]
    [InlineData("doctor", "--students", "0")]
    [InlineData("exec", "a1")]
    [InlineData("start", "network/vlan-segmentation", "--seed", "x")]
    [InlineData("test", "--seeds", "0")]
    [InlineData("serve", "--urls", "nowhere")]
    [InlineData("serve", "--ports", "9-5")]
    [InlineData("list", "--lang", "zh", "--frobnicate")]
    public async Task Wrong_usage_is_2_and_says_what_to_write(params string[] words)
    {
        var lab = await Lab.RunAsync(words);

        Assert.Equal(ExitCodes.WrongUsage, lab.ExitCode);
        Assert.Empty(lab.Output);
        Assert.NotEmpty(lab.Errors);
        Assert.DoesNotContain("   at ", lab.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "network/nowhere", "--submission", "solution")]
    [InlineData("run", "network/vlan-segmentation", "--submission", "nobody")]
    [InlineData("start", "network/nowhere")]
    [InlineData("simulate", "nowhere")]
    [InlineData("grade", "nowhere.evidence")]
    [InlineData("verify", "nowhere.evidence")]
    [InlineData("validate", "nowhere.yaml")]
    [InlineData("list", "--content", "nowhere")]
    [InlineData("exec", "zz99", "--", "help")]
    [InlineData("exec", "../../etc/passwd", "--", "help")]
    public async Task What_does_not_exist_is_3_and_is_named(params string[] words)
    {
        var lab = await Lab.RunAsync(words);

        Assert.Equal(ExitCodes.CouldNotRun, lab.ExitCode);
        Assert.Empty(lab.Output);
        Assert.Single(lab.Errors.Trim().Split('\n'));
        Assert.DoesNotContain("defect", lab.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("doctor")]
    [InlineData("simulate")]
    [InlineData("list")]
    [InlineData("start")]
    [InlineData("exec")]
    [InlineData("run")]
    [InlineData("test")]
    [InlineData("validate")]
    [InlineData("grade")]
    [InlineData("verify")]
    [InlineData("new")]
    [InlineData("schema")]
    [InlineData("health")]
    public async Task Every_verb_has_help_with_a_description_of_each_option(string verb)
    {
        var lab = await Lab.RunAsync(verb, "--help");

        Assert.Equal(ExitCodes.Good, lab.ExitCode);
        Assert.Contains("--json", lab.Output, StringComparison.Ordinal);
        var command = LabCommand.Create().Subcommands.First(c => c.Name == verb);
        Assert.All(command.Options, o => Assert.False(string.IsNullOrEmpty(o.Description), o.Name));
        Assert.All(command.Arguments, a => Assert.False(string.IsNullOrEmpty(a.Description), a.Name));
    }

    [Fact]
    public async Task A_misspelt_verb_gets_the_nearest_one_in_the_language_of_the_user()
    {
        var english = await Lab.RunAsync("validat", "--lang", "en");
        var chinese = await Lab.RunAsync("validat", "--lang", "zh");

        Assert.StartsWith("there is no verb validat; did you mean 'validate'?", english.Errors, StringComparison.Ordinal);
        Assert.StartsWith("没有动词 validat；是否想写“validate”？", chinese.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_port_or_data_folder_is_taken_says_so_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        var onPort = await Lab.RunAsync("serve", "--json", "--urls", $"http://127.0.0.1:{((System.Net.IPEndPoint)taken.LocalEndpoint).Port}", "--data", folder.Path);
        using var held = await DataFolder.HoldAsync(folder.Path, TestContext.Current.CancellationToken);
        var onFolder = await Lab.RunAsync("serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path);

        Assert.All([onPort, onFolder], lab => Assert.Equal((ExitCodes.CouldNotRun, "", 1), (lab.ExitCode, lab.Output, lab.Errors.Trim().Split('\n').Length)));
        Assert.Contains("--urls", onPort.Errors, StringComparison.Ordinal);
        Assert.Contains("--data", onFolder.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_labs_are_listed_in_both_languages()
    {
        var all = await Lab.RunAsync("list", "--json");
        var chinese = await Lab.RunAsync("list", "--lang", "zh", "--track", "network");

        var lab = all.Json["labs"]!.AsArray().First(l => (string?)l!["id"] == "network/vlan-segmentation")!;
        Assert.Equal("network", (string?)lab["track"]);
        Assert.Equal(100, (int)lab["points"]!);
        Assert.All(["level", "minutes"], key => Assert.True((int)lab[key]! > 0));
        Assert.NotEmpty(lab["positions"]!.AsArray());
        Assert.Contains((string)lab["title"]!["zh"]!, chinese.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lab")]
    [InlineData("scenario")]
    [InlineData("device")]
    [InlineData("submission")]
    public async Task A_schema_is_JSON_in_both_forms(string format)
    {
        var people = await Lab.RunAsync("schema", format);
        var machines = await Lab.RunAsync("schema", format, "--json");

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string?)people.Json["$schema"]);
        Assert.Equal(people.Json.ToJsonString(), machines.Json.ToJsonString());
    }

    [Fact]
    public async Task An_address_where_nobody_listens_is_not_healthy()
    {
        var port = TestPorts.Take(1);

        var lab = await Lab.RunAsync("health", $"http://127.0.0.1:{port}/health/ready", "--json");

        Assert.Equal(ExitCodes.NotGood, lab.ExitCode);
        Assert.False((bool)lab.Json["healthy"]!);
    }
}
