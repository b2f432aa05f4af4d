using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.Network;
using TrainingLab.Network.Configuration;
using TrainingLab.Network.Consoles;
using TrainingLab.Network.Topology;

namespace TrainingLab.Tests.Network;

public sealed class Console_Tests
{
    private static async Task<ConsoleResponse> AskAsync(
        PlantNetwork network, string device, string method, string path, string body = "", string? language = null, string? type = "application/json") =>
        await network.Console(device).HandleAsync(new ConsoleRequest(method, path, Encoding.UTF8.GetBytes(body), AcceptLanguage: language, ContentType: type));

    [Fact]
    public void A_port_is_read_and_written() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var put = await AskAsync(network, "sw1", "PUT", "/api/ports/3", """{"mode":"trunk","native":999,"allowed":[110,"130-132"],"description":"上联"}""");
        Assert.Equal(200, put.Status);
        var port = JsonNode.Parse((await AskAsync(network, "sw1", "GET", "/api/ports")).Text)!["ports"]![2]!;
        Assert.Equal("""{"port":3,"mode":"trunk","vlan":1,"native":999,"allowed":"110,130-132","enabled":true,"description":"上联"}""",
            port.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal("access", (string)JsonNode.Parse((await AskAsync(network, "sw1", "GET", "/api/config/saved")).Text)!["ports"]![2]!["mode"]!);
        await AskAsync(network, "sw1", "POST", "/api/save");
        Assert.Equal("trunk", (string)JsonNode.Parse((await AskAsync(network, "sw1", "GET", "/api/config/saved")).Text)!["ports"]![2]!["mode"]!);
    });

    [Theory]
    [InlineData("PUT", "/api/ports/3", """{"vlan":4095}""", 400, "vlan")]
    [InlineData("PUT", "/api/ports/3", """{"vlan":"110"}""", 400, "vlan")]
    [InlineData("PUT", "/api/ports/3", """{"vlan":110,"mode":"hybrid"}""", 400, "mode")]
    [InlineData("PUT", "/api/ports/3", """{"vlan":110,"allowed":"1-5000"}""", 400, "allowed")]
    [InlineData("PUT", "/api/ports/3", """{"vlan":110,"allowed":[[1]]}""", 400, "allowed")]
    [InlineData("PUT", "/api/ports/3", """{"vlan":110,"enabled":"yes"}""", 400, "enabled")]
    [InlineData("PUT", "/api/ports/3", """{"vlan":110,"vlna":110}""", 400, "vlna")]
    [InlineData("PUT", "/api/ports/3", """{"vlan":110,"vlan":130}""", 400, "body")]
    [InlineData("PUT", "/api/ports/3", """{"port":4,"vlan":110}""", 400, "port")]
    [InlineData("PUT", "/api/ports/3", """{"vlan":""", 400, "body")]
    [InlineData("PUT", "/api/ports/3", "[1]", 400, "body")]
    [InlineData("PUT", "/api/ports/3", "", 400, "body")]
    [InlineData("PUT", "/api/ports/3", """{"description":"a\"b"}""", 400, "description")]
    [InlineData("PUT", "/api/ports/99", """{"vlan":110}""", 404, "port")]
    [InlineData("GET", "/api/ports/x", "", 404, "port")]
    [InlineData("DELETE", "/api/ports/3", "", 405, "method")]
    [InlineData("GET", "/api/rules", "", 404, "path")]
    [InlineData("GET", "/api/nothing", "", 404, "path")]
    [InlineData("PUT", "/", "", 405, "method")]
    public void A_wrong_request_is_explained_and_changes_nothing(string method, string path, string body, int status, string field) => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var before = network.Save().ToJsonString();
        foreach (var language in (string[])["en", "zh-CN,zh;q=0.9"])
        {
            var response = await AskAsync(network, "sw1", method, path, body, language);
            Assert.Equal((status, "application/problem+json; charset=utf-8"), (response.Status, response.ContentType));
            var problem = JsonNode.Parse(response.Text)!;
            Assert.Equal(field, (string)problem["field"]!);
            Assert.Equal(language.StartsWith("zh", StringComparison.Ordinal), ((string)problem["detail"]!).Any(c => c > 0x4E00));
        }

        Assert.Equal(before, network.Save().ToJsonString());
    });

    [Fact]
    public void Rules_are_added_moved_replaced_and_deleted() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        Assert.Equal(201, (await AskAsync(network, "fw", "POST", "/api/rules", """{"action":"allow","from":"desk","to":"historian","protocol":"tcp","ports":8086}""")).Status);
        Assert.Equal(201, (await AskAsync(network, "fw", "POST", "/api/rules", """{"id":"stop","action":"drop","position":1}""")).Status);
        Assert.Equal(["stop", "r1"], network.RunningRouter.Firewall.Rules.Select(r => r.Id));
        Assert.Equal(409, (await AskAsync(network, "fw", "POST", "/api/rules", """{"id":"stop","action":"drop"}""")).Status);
        Assert.Equal(200, (await AskAsync(network, "fw", "POST", "/api/rules/stop/move", """{"position":2}""")).Status);
        Assert.Equal(["r1", "stop"], network.RunningRouter.Firewall.Rules.Select(r => r.Id));
        Assert.Equal(200, (await AskAsync(network, "fw", "DELETE", "/api/rules/r1")).Status);
        Assert.Equal(404, (await AskAsync(network, "fw", "DELETE", "/api/rules/r1")).Status);

        var got = (await AskAsync(network, "fw", "GET", "/api/rules")).Text;
        Assert.Equal(200, (await AskAsync(network, "fw", "PUT", "/api/rules", got)).Status);
        Assert.Equal(400, (await AskAsync(network, "fw", "PUT", "/api/rules", """{"default":"drop","rules":[{"action":"allow"},{"action":"allow","ports":"80"}]}""")).Status);
        Assert.Equal((FirewallAction.Allow, "stop"), (network.RunningRouter.Firewall.Default, Assert.Single(network.RunningRouter.Firewall.Rules).Id));
        Assert.Equal(200, (await AskAsync(network, "fw", "PUT", "/api/rules", """{"default":"drop","rules":[{"action":"allow"},{"id":"r1","action":"drop"}]}""")).Status);
        Assert.Equal(["r2", "r1"], network.RunningRouter.Firewall.Rules.Select(r => r.Id));
    });

    [Fact]
    public void A_line_command_is_taken_as_text_or_json() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        Assert.Equal(200, (await AskAsync(network, "sw1", "POST", "/api/command", "port 3 access vlan 110\n", type: "text/plain")).Status);
        var shown = await AskAsync(network, "sw1", "POST", "/api/command", """{"command":"show running"}""");
        Assert.Contains("port 3 access vlan 110", (string)JsonNode.Parse(shown.Text)!["output"]!, StringComparison.Ordinal);
        Assert.Equal(400, (await AskAsync(network, "sw1", "POST", "/api/command", "port 3 access vlan", type: null)).Status);
        Assert.Equal(202, (await AskAsync(network, "sw1", "POST", "/api/restart")).Status);
        bench.Step(network.Options.RestartDelay);
        Assert.Equal(503, (await AskAsync(network, "sw1", "POST", "/api/save")).Status);
    });

    [Theory]
    [InlineData("sw1", "en-GB", "lang=\"en\"", "Allowed VLANs")]
    [InlineData("sw1", "zh-CN,en;q=0.5", "lang=\"zh-CN\"", "允许的 VLAN")]
    [InlineData("fw", null, "lang=\"en\"", "Default action")]
    [InlineData("fw", "zh", "lang=\"zh-CN\"", "默认动作")]
    public void The_page_speaks_the_readers_language_and_needs_no_script(string device, string? language, string lang, string text) => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches(new Firewall([Plants.Rule("r1", FirewallAction.Drop, "desk", "any")], FirewallAction.Allow)));
        var page = await AskAsync(network, device, "GET", "/", language: language);
        Assert.Contains(lang, page.Text, StringComparison.Ordinal);
        Assert.Contains(text, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text, StringComparison.Ordinal);
    });

    [Fact]
    public void The_forms_of_the_page_work() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var done = await AskAsync(network, "sw1", "POST", "/", "do=port&port=3&mode=access&vlan=110&native=1&allowed=all&enabled=1&description=line+%31+%3Cb%3E");
        Assert.Equal((303, "./"), (done.Status, done.Location));
        Assert.Equal(new SwitchPort(3) { AccessVlan = 110, Description = "line 1 <b>" }, network.RunningOf("sw1").Port(3));
        Assert.Contains("line 1 &lt;b&gt;", (await AskAsync(network, "sw1", "GET", "/")).Text, StringComparison.Ordinal);
        Assert.Equal(303, (await AskAsync(network, "fw", "POST", "/", "do=rule-add&id=&position=&action=drop&from=desk&to=&protocol=tcp&ports=80%2C443&comment=web")).Status);
        Assert.Equal("rule add id r1 drop from desk to any tcp port 80,443 comment \"web\"\ndefault allow", (await network.ExecuteAsync("fw", "show rules")).Text);
        Assert.Equal(303, (await AskAsync(network, "fw", "POST", "/", "do=rule-delete&id=r1")).Status);
        var wrong = await AskAsync(network, "sw1", "POST", "/", "do=port&port=3&mode=access&vlan=x&native=1&allowed=all", "zh");
        Assert.Equal(400, wrong.Status);
        Assert.Contains("不是有效的 VLAN", wrong.Text, StringComparison.Ordinal);
        Assert.Equal(400, (await AskAsync(network, "sw1", "POST", "/", "")).Status);
    });

    [Fact]
    public void The_change_is_reported_before_the_answer() => Bench.Run(async bench =>
    {
        var gate = new TaskCompletionSource();
        using var network = bench.Build(Plants.TwoSwitches(), o => o with { Observer = new SlowObserver(gate.Task) });
        var peer = new PlantPeer("ews", Ipv4Address.Parse("10.1.130.21"), 50000, "li.wei");
        var answer = network.Console("sw1").HandleAsync(new ConsoleRequest("POST", "/api/save", Peer: peer)).AsTask();
        bench.Settle();
        Assert.False(answer.IsCompleted);
        gate.SetResult();
        Assert.Equal(200, (await answer).Status);
    });

    private sealed class SlowObserver(Task gate) : INetworkObserver
    {
        public async ValueTask ConfigurationChangedAsync(ConfigurationChange change) => await gate;
    }
}
