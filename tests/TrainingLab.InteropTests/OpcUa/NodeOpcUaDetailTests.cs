using System.Text.Json.Nodes;
using TrainingLab.InteropTests.Peers;
using Xunit;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>
/// What the standard says of a server in detail, asked of <see cref="ExaminedServer"/> request by request in node-opcua's encoding. A value with the overflow bit has an asterisk; of a bad one
/// there is the status.
/// </summary>
public class NodeOpcUaDetailTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>OPC 10000-4, 5.13 and 5.14.</summary>
    [Fact]
    public async Task Subscriptions_and_their_items() => Compare(
        """
        {
          "first": {"1":"0","2":"0","3":"0"},
          "queues": {"1":"4* 5 6","2":"1 2 6*","3":"6"},
          "afterwards": {"1":"7","2":"7","3":"7"},
          "shrunk": {"1":"4* 5","2":"1 5*"},
          "filters": {"2":"55 61 70 72","3":"50 55 61 70 72","4":"61 72","5":"61 70"},
          "refusedItems": ["BadMonitoredItemFilterUnsupported","BadDeadbandFilterInvalid","BadDeadbandFilterInvalid","BadNodeIdUnknown","BadAttributeIdInvalid","BadFilterNotAllowed","BadIndexRangeInvalid","BadDataEncodingInvalid"],
          "modes": [{"1":"0"},{"1":"1 2"},{"2":"0 1 2","3":"2"},{"1":"3","3":"3"}],
          "modeErrors": ["BadMonitoredItemIdInvalid","BadMonitoringModeInvalid","BadSubscriptionIdInvalid","BadNothingToDo"],
          "keepAlives": [0,0,true,true,{"1":"4","3":"4"}],
          "items": [[1,2,3],[1,2,3]],
          "resent": {"1":"4","3":"4"},
          "foreign": ["BadSubscriptionIdInvalid","BadSubscriptionIdInvalid"],
          "republish": [{"1":"8","3":"8"},"BadMessageNotAvailable","BadSubscriptionIdInvalid"],
          "acknowledged": ["Good","BadSequenceNumberUnknown","BadSubscriptionIdInvalid"],
          "none": "BadNoSubscription",
          "links": [[["Good","BadMonitoredItemIdInvalid"],["BadMonitoredItemIdInvalid"]],[[],["Good"]],"BadNothingToDo","BadMonitoredItemIdInvalid"],
          "triggered": [{"1":"0"},{"1":"1","2":"51* 52"},{"1":"2"},{"1":"3"}],
          "priority": true,
          "expired": [true,"StatusChangeNotification","BadTimeout","BadNoSubscription"],
          "transfer": [["BadUserAccessDenied"],["Good","BadSubscriptionIdInvalid"]],
          "transferred": {"1":"3","2":"53"},
          "left": [true,"GoodSubscriptionTransferred","BadNoSubscription"]
        }
        """,
        await AskAsync("subscription-details.js"));

    /// <summary>OPC 10000-4, 5.7.3: the recipe, the access level of the setpoint, whether the method may be called, a write, a call; then what an item on the recipe reports.</summary>
    [Fact]
    public async Task Another_user_has_his_own_rights_at_once() => Compare(
        """
        {
          "steps": {
            "first": ["","BadUserAccessDenied 1 false BadUserAccessDenied BadUserAccessDenied","BadUserAccessDenied"],
            "operator": ["Good","7 3 true Good Good","7"],
            "viewer": ["Good","BadUserAccessDenied 1 false BadUserAccessDenied BadUserAccessDenied","BadUserAccessDenied"],
            "person": ["Good","7 3 true Good Good","7"],
            "wrong": ["BadUserAccessDenied","7 3 true Good Good",""],
            "anonymous": ["Good","BadUserAccessDenied 1 false BadUserAccessDenied BadUserAccessDenied","BadUserAccessDenied"]
          },
          "tokens": ["BadIdentityTokenInvalid","BadIdentityTokenInvalid","BadIdentityTokenInvalid"],
          "moved": ["BadIdentityChangeNotSupported","Good"],
          "afterMove": "7"
        }
        """,
        await AskAsync("user-changes.js"));

    /// <summary>OPC 10000-4, 5.5 to 5.12; OPC 10000-9, 5.8; OPC 10000-11, 6.4; OPC 10000-13. Aggregates have their status code behind them, 400 raw, 401 calculated, 402 interpolated, 4 more partial.</summary>
    [Fact]
    public async Task Services_right_and_wrong() => Compare(
        """
        {
          "onlyVariables": ["Counts","Level","Name","Recipe","Setpoint"],
          "inverse": ["Filler"],
          "exactType": [],
          "withSubtypes": ["EURange","HA Configuration"],
          "mask": [true,null,0,"ns=0;i=0","ns=0;i=0",false],
          "browseErrors": ["BadNodeIdUnknown","BadBrowseDirectionInvalid","BadReferenceTypeIdInvalid"],
          "badView": "BadViewIdUnknown",
          "points": [20,["BadNoContinuationPoints","Good"]],
          "next": [["Good","BadContinuationPointInvalid"],["Good"],["BadContinuationPointInvalid"]],
          "paths": [["ns=2;s=Filler.Level"],["ns=2;s=Filler"],"BadNoMatch","BadNoMatch","BadNothingToDo","BadBrowseNameInvalid","BadNoMatch","BadReferenceTypeIdInvalid"],
          "registered": ["Good","Good"],
          "unregistered": "UnregisterNodesResponse",
          "ranges": ["2,3","4","3,4","BadIndexRangeNoData","BadIndexRangeInvalid","BadIndexRangeInvalid","BadIndexRangeNoData"],
          "textRange": "ill",
          "scalarRange": ["BadIndexRangeNoData"],
          "encodings": ["Good","BadDataEncodingInvalid","Good","BadDataEncodingUnsupported","BadDataEncodingInvalid"],
          "readErrors": ["BadMaxAgeInvalid","BadTimestampsToReturnInvalid","BadNothingToDo"],
          "attributeErrors": ["BadNodeIdUnknown","BadAttributeIdInvalid","BadAttributeIdInvalid","BadAttributeIdInvalid"],
          "times": ["s","v","sv",""],
          "aged": ["Good"],
          "writes": ["Good","BadTypeMismatch","BadTypeMismatch","BadNotWritable","BadNodeIdUnknown","BadWriteNotSupported","Good","Good","BadIndexRangeDataMismatch","BadIndexRangeNoData","BadIndexRangeInvalid"],
          "written": [1,8,9,4],
          "attributeWrites": {"BadAttributeIdInvalid":13,"BadNotWritable":13},
          "calls": ["Good","BadTooManyArguments","BadMethodInvalid","BadNodeIdUnknown","BadMethodInvalid","BadArgumentsMissing","BadInvalidArgument"],
          "refused": [["BadUserAccessDenied"],["BadUserAccessDenied"],["BadUserAccessDenied"],["BadUserAccessDenied"],"BadServiceUnsupported","BadServiceUnsupported",["BadHistoryOperationUnsupported"],"BadServiceUnsupported","BadNothingToDo"],
          "discovery": [["urn:test:filler-1"],0,1,7,7,0],
          "raw": [["1:10","2:20","3:BadSensorFailure"],["4:40","3:BadSensorFailure","2:20"],["1:10","2:20","3:BadSensorFailure"],["8:80","9:90","20:BadBoundNotFound"],["7:70","8:80"],["2:20","1:10"],"GoodNoData"],
          "pages": [["0:0","1:10","2:20","3:BadSensorFailure"],["4:40","5:50","6:60","7:70"],"Good","BadContinuationPointInvalid"],
          "historyErrors": ["BadHistoryOperationInvalid","BadTimestampsToReturnInvalid","BadHistoryOperationUnsupported","BadNodeIdUnknown","BadIndexRangeInvalid","BadDataEncodingInvalid","BadHistoryOperationUnsupported","BadHistoryOperationUnsupported"],
          "aggregates": {
            "average": ["4:45 401","6:65 401","8:80 405"],
            "backwards": ["9:85 401","7:65 401","5:50 405"],
            "badInside": ["2:30 40a40401"],
            "tolerant": ["2:30 401"],
            "interpolated": ["2.5:25 40a40402","3.5:35 40a40402","4.5:45 402"],
            "minimum": ["4:40 400"],
            "count": ["2:2 40a40401"],
            "nothing": ["20:BadNoData 809b0000","21:BadNoData 809b0000"],
            "unsupported": "BadAggregateNotSupported",
            "same": "BadInvalidArgument",
            "silly": "BadAggregateConfigurationRejected"
          },
          "mismatch": "BadAggregateListMismatch",
          "shelving": ["Unshelved","BadShelvingTimeOutOfRange","Good","TimedShelved","BadConditionAlreadyShelved","Unshelved","BadConditionNotShelved","Good","OneShotShelved","BadConditionAlreadyShelved","Good","Unshelved"]
        }
        """,
        await AskAsync("service-details.js"));

    private static void Compare(string expected, JsonNode found)
    {
        foreach (var (name, value) in JsonNode.Parse(expected)!.AsObject())
        {
            Assert.Equal($"{name}: {value!.ToJsonString()}", $"{name}: {found[name]?.ToJsonString()}");
        }
    }

    private static async Task<JsonNode> AskAsync(string script)
    {
        PeerRequirement.NodePackage("node-opcua");
        using var folder = new ScratchFolder();
        using var client = ExaminedServer.Certificate("urn:test:node-client");
        using var person = ExaminedServer.Certificate("urn:test:person");
        await folder.WriteAsync("client", client);
        await folder.WriteAsync("user", person);
        await using var loopback = await LoopbackServer.StartAsync(() => ExaminedServer.Create(client));
        return await PeerProcess.RunNodeAsync(
            "node-opcua", Path.Combine("opcua", script), Cancellation, loopback.Url, "--policy", "Basic256Sha256", "--mode", "SignAndEncrypt", "--folder", folder.Path);
    }
}
