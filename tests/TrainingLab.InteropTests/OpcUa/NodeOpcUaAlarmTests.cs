using TrainingLab.InteropTests.Peers;
using Xunit;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>node-opcua's client against our events, alarms, history and diagnostics.</summary>
public class NodeOpcUaAlarmTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watches_alarms_acknowledges_refreshes_and_reads_history()
    {
        PeerRequirement.NodePackage("node-opcua");
        await using var loopback = await LoopbackServer.StartAsync(() => AlarmingServer.Create());
        var result = await PeerProcess.RunNodeAsync("node-opcua", Path.Combine("opcua", "alarms.js"), Cancellation, [loopback.Url]);
        string Json(string name) => result[name]!.ToJsonString();
        Assert.Equal("\"LowLevel\"", Json("conditionName"));
        Assert.Equal(("\"Good\"", "\"Good\"", "\"Good\"", "\"BadEventIdUnknown\""), (Json("acknowledge"), Json("confirm"), Json("comment"), Json("unknown")));
        Assert.Equal(
            [
                "Product is running low severity=600 active=true acked=false confirmed=true retain=true",
                "Product is running low: acknowledged severity=600 active=true acked=true confirmed=false retain=true",
                "Product is running low: confirmed severity=600 active=true acked=true confirmed=true retain=true",
                "Product is running low: comment added severity=600 active=true acked=true confirmed=true retain=true",
                "Product is running low: back to normal severity=600 active=false acked=true confirmed=true retain=false",
            ],
            result["events"]!.AsArray().Select(static e => (string?)e));
        Assert.Equal("\"a comment\"", Json("lastComment"));
        Assert.Equal("\"Good\"", Json("refresh"));
        Assert.Equal("""["ns=0;i=2787","ns=0;i=9482","ns=0;i=2788"]""", Json("refreshed"));
        Assert.Equal("""["LowLevel 900"]""", Json("alarms"));
        Assert.Equal("[20,30,40]", Json("raw"));
        Assert.Equal(("4", "true"), (Json("page"), Json("more")));
        Assert.Equal(("[10,40,70]", "[3,3,3]", "[0,45]"), (Json("average"), Json("count"), Json("interpolative")));
        Assert.Equal(("\"BadAggregateNotSupported\"", "\"BadHistoryOperationUnsupported\""), (Json("unsupported"), Json("noHistory")));
        Assert.Equal("""["ServerDiagnosticsSummaryDataType",1]""", Json("summary"));
        Assert.Equal("""["SubscriptionDiagnosticsDataType",1,100]""", Json("subscriptions"));
        Assert.Equal("""["SessionDiagnosticsDataType",true,0]""", Json("sessions"));
        Assert.Equal("\"SessionSecurityDiagnosticsDataType\"", Json("security"));
    }

    [Fact]
    public async Task Explores_conditions_and_history_configuration_like_everything_else()
    {
        PeerRequirement.NodePackage("node-opcua");
        await using var loopback = await LoopbackServer.StartAsync(() => AlarmingServer.Create());
        var result = await PeerProcess.RunNodeAsync("node-opcua", Path.Combine("opcua", "explore.js"), Cancellation, [loopback.Url]);
        Assert.Empty(result["problems"]!.AsArray());
    }
}
