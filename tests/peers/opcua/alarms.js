// Watches the alarms of AlarmingServer as a control room would, acknowledges and confirms one, refreshes, follows linked items, moves a subscription, and reads history.
// node opcua/alarms.js <url> [--policy NAME --mode MODE --folder FOLDER]
const opcua = require("node-opcua");
const { AttributeIds, DataType, TimestampsToReturn, AggregateFunction, constructEventFilter, ofType } = opcua;
const { clientOptions } = require("./client-options");

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const waitFor = async (test) => { for (let i = 0; i < 600 && !test(); i++) await sleep(50); };

async function main() {
  const security = await clientOptions();
  const url = process.argv[2];
  const out = {};
  const client = opcua.OPCUAClient.create({ ...security, endpointMustExist: false, connectionStrategy: { maxRetry: 1 } });
  await client.connect(url);
  const session = await client.createSession();
  const ns = (await session.readNamespaceArray()).indexOf("urn:test:machine");
  const level = `ns=${ns};s=Filler.Level`;
  const write = async (v) => (await session.write({ nodeId: level, attributeId: AttributeIds.Value, value: { value: { dataType: DataType.Double, value: v } } })).name;

  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 100, requestedLifetimeCount: 1000, requestedMaxKeepAliveCount: 20, maxNotificationsPerPublish: 0, publishingEnabled: true, priority: 1,
  });
  const fields = ["EventType", "EventId", "SourceName", "Message", "Severity", "ConditionName", "ConditionId", "Retain",
    "ActiveState.Id", "AckedState.Id", "ConfirmedState.Id", "LimitState.CurrentState", "Comment", "ClientUserId"];
  const events = [];
  const item = await subscription.monitor(
    { nodeId: "i=2253", attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 100, discardOldest: true, filter: constructEventFilter(fields, ofType("AlarmConditionType")) },
    TimestampsToReturn.Both
  );
  item.on("changed", (values) => {
    const event = {};
    fields.forEach((name, i) => { event[name] = values[i].value; });
    events.push(event);
  });
  const text = (e) => `${e.Message.text} severity=${e.Severity} active=${e["ActiveState.Id"]} acked=${e["AckedState.Id"]} confirmed=${e["ConfirmedState.Id"]} retain=${e.Retain}`;

  await write(10);
  await waitFor(() => events.length >= 1);
  const raised = events[0];
  out.conditionName = raised.ConditionName;
  out.acknowledge = (await session.acknowledgeCondition(raised.ConditionId, raised.EventId, "seen")).name;
  await waitFor(() => events.length >= 2);
  out.confirm = (await session.confirmCondition(raised.ConditionId, events[1].EventId, "done")).name;
  out.comment = (await session.addCommentCondition(raised.ConditionId, events[1].EventId, "a comment")).name;
  out.unknown = (await session.acknowledgeCondition(raised.ConditionId, Buffer.alloc(16), "x")).name;
  await waitFor(() => events.length >= 4);
  await write(50);
  await waitFor(() => events.length >= 5);
  out.events = events.map(text);
  out.lastComment = events[4].Comment.text;

  await write(10);
  await waitFor(() => events.length >= 6);
  const before = events.length;
  const refresh = await session.call({ objectId: "i=2782", methodId: "i=3875", inputArguments: [{ dataType: DataType.UInt32, value: subscription.subscriptionId }] });
  out.refresh = refresh.statusCode.name;
  await waitFor(() => events.length >= before + 3);
  out.refreshed = events.slice(before).map((e) => opcua.resolveNodeId(e.EventType).toString());
  await write(50);

  // The client's own list of alarms, which finds its fields by browsing the types.
  await write(3);
  const alarms = await opcua.installAlarmMonitoring(session);
  await waitFor(() => alarms.alarms().length >= 1);
  out.alarms = alarms.alarms().map((a) => `${a.fields.conditionName.value} ${a.fields.severity.value}`);
  await opcua.uninstallAlarmMonitoring(session);

  const start = new Date("2026-01-05T07:00:00Z");
  const minute = (n) => new Date(start.getTime() + n * 60000);
  const speed = `ns=${ns};s=Filler.Level`;
  const raw = await session.readHistoryValue(speed, minute(2), minute(5), { returnBounds: false, timestampsToReturn: TimestampsToReturn.Source });
  out.raw = raw.historyData.dataValues.map((v) => v.value.value);
  const paged = await session.readHistoryValue(speed, minute(0), minute(9), { returnBounds: false, numValuesPerNode: 4, timestampsToReturn: TimestampsToReturn.Source });
  out.page = paged.historyData.dataValues.length;
  out.more = paged.continuationPoint.length > 0;
  const aggregate = async (fn, ms) => {
    const result = await session.readAggregateValue({ nodeId: speed }, minute(0), minute(9), fn, ms);
    return result.historyData.dataValues.map((v) => v.value.value);
  };
  out.average = await aggregate(AggregateFunction.Average, 180000);
  out.count = await aggregate(AggregateFunction.Count, 180000);
  out.interpolative = await aggregate(AggregateFunction.Interpolative, 270000);
  out.unsupported = (await session.readAggregateValue({ nodeId: speed }, minute(0), minute(9), AggregateFunction.StandardDeviationSample, 1000)).statusCode.name;
  out.noHistory = (await session.readHistoryValue(`ns=${ns};s=Filler.Setpoint`, minute(0), minute(9), { timestampsToReturn: TimestampsToReturn.Source })).statusCode.name;

  const summary = (await session.read({ nodeId: "i=2275", attributeId: AttributeIds.Value })).value.value;
  out.summary = [summary.constructor.name, summary.currentSessionCount];
  const table = (await session.read({ nodeId: "i=2290", attributeId: AttributeIds.Value })).value.value;
  out.subscriptions = [table[0].constructor.name, table.length, table[0].publishingInterval];
  const sessions = (await session.read({ nodeId: "i=3707", attributeId: AttributeIds.Value })).value.value;
  out.sessions = [sessions[0].constructor.name, sessions[0].readCount.totalCount > 0, sessions[0].unregisterNodesCount.totalCount];
  out.security = (await session.read({ nodeId: "i=3708", attributeId: AttributeIds.Value })).value.value[0].constructor.name;

  await session.close();
  await client.disconnect();
  console.log(JSON.stringify(out));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
