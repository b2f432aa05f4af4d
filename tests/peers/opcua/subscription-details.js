// What a subscription does in detail, request by request, on the machine of ExaminedServer: queues and the overflow bit, filters, modes, triggering, priorities, lifetimes, Republish, Transfer.
// node opcua/subscription-details.js <url> --policy NAME --mode MODE --folder FOLDER
const opcua = require("node-opcua");
const { AttributeIds, DataChangeFilter, DataChangeTrigger, DataType, DeadbandType, MonitoringMode, TimestampsToReturn } = opcua;
const { clientOptions } = require("./client-options");
const { ask, but, sleep, text, write } = require("./ask");

async function main() {
  const security = await clientOptions();
  const url = process.argv[2];
  const out = {};
  const client = opcua.OPCUAClient.create({ ...security, endpointMustExist: true, connectionStrategy: { maxRetry: 0 } });
  await client.connect(url);
  const user = { type: opcua.UserTokenType.UserName, userName: "operator", password: "secret" };
  const session = await client.createSession(user);
  const ns = (await session.readNamespaceArray()).indexOf("urn:test:machine");
  const [level, setpoint] = ["Level", "Setpoint"].map((n) => `ns=${ns};s=Filler.${n}`);

  const subscribe = async (of, interval = 50, more = {}) =>
    (await ask(of, new opcua.CreateSubscriptionRequest({
      requestedPublishingInterval: interval, requestedLifetimeCount: 1000, requestedMaxKeepAliveCount: 2, maxNotificationsPerPublish: 0, publishingEnabled: true, priority: 0, ...more,
    }))).subscriptionId;
  const item = (nodeId, clientHandle, more = {}, monitoringMode = MonitoringMode.Reporting) => ({
    itemToMonitor: { nodeId, attributeId: AttributeIds.Value }, monitoringMode,
    requestedParameters: { clientHandle, samplingInterval: 0, queueSize: 10, discardOldest: true, ...more },
  });
  const monitor = async (of, subscriptionId, ...itemsToCreate) =>
    (await ask(of, new opcua.CreateMonitoredItemsRequest({ subscriptionId, timestampsToReturn: TimestampsToReturn.Both, itemsToCreate }))).results;
  const filter = (trigger, deadbandType = DeadbandType.None, deadbandValue = 0) => ({ filter: new DataChangeFilter({ trigger, deadbandType, deadbandValue }) });
  const publish = (of, subscriptionAcknowledgements = []) => ask(of, new opcua.PublishRequest({ requestHeader: { timeoutHint: 20000 }, subscriptionAcknowledgements }));
  const remove = (of, ...subscriptionIds) => ask(of, new opcua.DeleteSubscriptionsRequest({ subscriptionIds }));
  const enable = (publishingEnabled, ...subscriptionIds) => ask(session, new opcua.SetPublishingModeRequest({ publishingEnabled, subscriptionIds }));
  const setMode = (subscriptionId, monitoringMode, ...monitoredItemIds) => ask(session, new opcua.SetMonitoringModeRequest({ subscriptionId, monitoringMode, monitoredItemIds }));

  // The values of a message by client handle, in their order: {1: "4* 5 6"}.
  const values = (response) => {
    const found = {};
    for (const data of response.notificationMessage.notificationData ?? []) {
      for (const n of data.monitoredItems ?? []) found[n.clientHandle] = `${found[n.clientHandle] ?? ""} ${text(n.value)}`.trim();
    }
    return found;
  };
  // Publishes until a message has something in it; keep-alives are passed over.
  const next = async (of) => {
    for (;;) {
      const response = await publish(of);
      if (typeof response === "string" || response.notificationMessage.notificationData?.length) return response;
    }
  };
  // What comes while nothing is published, in one message.
  const during = async (subscriptionId, action) => {
    await enable(false, subscriptionId);
    await action();
    await enable(true, subscriptionId);
    return values(await next(session));
  };
  const writes = (nodeId, ...all) => async () => { for (const v of all) await write(session, nodeId, v); };

  // Queues.
  await write(session, setpoint, 0);
  let s = await subscribe(session);
  await monitor(session, s, item(setpoint, 1, { queueSize: 3 }), item(setpoint, 2, { queueSize: 3, discardOldest: false }), item(setpoint, 3, { queueSize: 1 }));
  out.first = values(await next(session));
  out.queues = await during(s, writes(setpoint, 1, 2, 3, 4, 5, 6));
  out.afterwards = await during(s, writes(setpoint, 7));
  await remove(session, s);

  // A queue that is made smaller.
  s = await subscribe(session);
  const [oldest, newest] = await monitor(session, s, item(setpoint, 1, { queueSize: 5 }), item(setpoint, 2, { queueSize: 5, discardOldest: false }));
  await next(session);
  out.shrunk = await during(s, async () => {
    await writes(setpoint, 1, 2, 3, 4, 5)();
    await ask(session, new opcua.ModifyMonitoredItemsRequest({ subscriptionId: s, timestampsToReturn: TimestampsToReturn.Both, itemsToModify: [
      { monitoredItemId: oldest.monitoredItemId, requestedParameters: { clientHandle: 1, samplingInterval: 0, queueSize: 2, discardOldest: true } },
      { monitoredItemId: newest.monitoredItemId, requestedParameters: { clientHandle: 2, samplingInterval: 0, queueSize: 2, discardOldest: false } },
    ] }));
  });
  await remove(session, s);

  // Filters.
  await write(session, level, 50);
  s = await subscribe(session);
  await monitor(session, s,
    item(level, 1, filter(DataChangeTrigger.Status)), item(level, 2, filter(DataChangeTrigger.StatusValue)), item(level, 3, filter(DataChangeTrigger.StatusValueTimestamp)),
    item(level, 4, filter(DataChangeTrigger.StatusValue, DeadbandType.Percent, 10)), item(level, 5, filter(DataChangeTrigger.StatusValue, DeadbandType.Absolute, 5)));
  await next(session);
  out.filters = await during(s, writes(level, 50, 55, 61, 70, 72));
  const refused = await monitor(session, s,
    item(setpoint, 6, filter(DataChangeTrigger.StatusValue, DeadbandType.Percent, 10)), item(level, 6, filter(DataChangeTrigger.StatusValue, DeadbandType.Percent, 101)),
    item(level, 6, filter(DataChangeTrigger.StatusValue, DeadbandType.Absolute, -1)), item(`ns=${ns};s=Nowhere`, 6), item("i=2253", 6),
    { ...item("i=2253", 6, filter(DataChangeTrigger.StatusValue)), itemToMonitor: { nodeId: "i=2253", attributeId: AttributeIds.DisplayName } },
    { ...item(level, 6), itemToMonitor: { nodeId: level, attributeId: AttributeIds.Value, indexRange: "x" } },
    { ...item(level, 6), itemToMonitor: { nodeId: level, attributeId: AttributeIds.Value, dataEncoding: { name: "Modbus" } } });
  out.refusedItems = refused.map((r) => r.statusCode.name);
  await remove(session, s);

  // Modes.
  await write(session, setpoint, 0);
  s = await subscribe(session);
  const [, sampled, off] = await monitor(session, s, item(setpoint, 1), item(setpoint, 2, {}, MonitoringMode.Sampling), item(setpoint, 3, {}, MonitoringMode.Disabled));
  out.modes = [values(await next(session))];
  out.modes.push(await during(s, writes(setpoint, 1, 2)));
  out.modes.push(await during(s, async () => { await setMode(s, MonitoringMode.Reporting, sampled.monitoredItemId, off.monitoredItemId); }));
  out.modes.push(await during(s, async () => { await setMode(s, MonitoringMode.Disabled, sampled.monitoredItemId); await write(session, setpoint, 3); }));
  out.modeErrors = [(await setMode(s, MonitoringMode.Sampling, 4711)).results[0].name, await ask(session, but(new opcua.SetMonitoringModeRequest({ subscriptionId: s, monitoredItemIds: [off.monitoredItemId] }), { monitoringMode: 7 })), await setMode(4711, 0, 1), await ask(session, new opcua.SetMonitoringModeRequest({ subscriptionId: s, monitoringMode: 0, monitoredItemIds: [] }))];

  // Publishing switched off: keep-alives go on, with the number that the next message will have.
  await enable(false, s);
  await write(session, setpoint, 4);
  const quiet = [await publish(session), await publish(session)].map((r) => [r.notificationMessage.notificationData?.length ?? 0, r.notificationMessage.sequenceNumber]);
  await enable(true, s);
  const loud = await next(session);
  out.keepAlives = [quiet[0][0], quiet[1][0], quiet[0][1] === quiet[1][1], loud.notificationMessage.sequenceNumber === quiet[1][1], values(loud)];

  // GetMonitoredItems and ResendData.
  const uint = (value) => ({ dataType: DataType.UInt32, value });
  const call = async (of, methodId, ...inputArguments) => of.call({ objectId: "i=2253", methodId, inputArguments });
  const items = await call(session, "i=11492", uint(s));
  out.items = items.outputArguments.map((a) => Array.from(a.value));
  await call(session, "i=12873", uint(s));
  out.resent = values(await next(session));
  out.foreign = [(await call(session, "i=11492", uint(4711))).statusCode.name, (await call(session, "i=12873", uint(4711))).statusCode.name];

  // Republish.
  await write(session, setpoint, 8);
  const sent = await next(session);
  const number = sent.notificationMessage.sequenceNumber;
  const republish = async (retransmitSequenceNumber, subscriptionId = s) => {
    const r = await ask(session, new opcua.RepublishRequest({ subscriptionId, retransmitSequenceNumber }));
    return typeof r === "string" ? r : values(r);
  };
  out.republish = [await republish(number)];
  const acknowledged = await publish(session, [{ subscriptionId: s, sequenceNumber: number }, { subscriptionId: s, sequenceNumber: number }, { subscriptionId: 4711, sequenceNumber: 1 }]);
  out.acknowledged = acknowledged.results.map((r) => r.name);
  out.republish.push(await republish(number), await republish(1, 4711));
  await remove(session, s);
  out.none = await publish(session);

  // Triggering: what a linked item has sampled goes once with the report of the item that sets it off.
  await write(session, setpoint, 0);
  await write(session, level, 50);
  s = await subscribe(session);
  const [trigger, linked] = await monitor(session, s, item(setpoint, 1), item(level, 2, { queueSize: 2 }, MonitoringMode.Sampling));
  const link = async (linksToAdd, linksToRemove, triggeringItemId = trigger.monitoredItemId) => {
    const r = await ask(session, new opcua.SetTriggeringRequest({ subscriptionId: s, triggeringItemId, linksToAdd, linksToRemove }));
    return typeof r === "string" ? r : [(r.addResults ?? []).map((x) => x.name), (r.removeResults ?? []).map((x) => x.name)];
  };
  out.links = [await link([linked.monitoredItemId, 4711], [4712])];
  out.triggered = [values(await next(session))];
  await sleep(150);
  out.triggered.push(await during(s, async () => { await writes(level, 51, 52)(); await write(session, setpoint, 1); }));
  out.triggered.push(await during(s, writes(setpoint, 2)));
  out.links.push(await link([], [linked.monitoredItemId]), await link([], []), await link([linked.monitoredItemId], [], 4711));
  out.triggered.push(await during(s, async () => { await write(session, level, 53); await write(session, setpoint, 3); }));
  await remove(session, s);

  // The subscription with the higher priority speaks first.
  const low = await subscribe(session, 50, { priority: 1 });
  const high = await subscribe(session, 50, { priority: 200 });
  await sleep(300);
  out.priority = (await publish(session)).subscriptionId === high && (await publish(session)).subscriptionId === low;
  await remove(session, low, high);

  // A lifetime that is over is told in the next request.
  s = await subscribe(session, 50, { requestedLifetimeCount: 3, requestedMaxKeepAliveCount: 1 });
  await sleep(600);
  const end = await publish(session);
  const change = end.notificationMessage.notificationData[0];
  out.expired = [end.subscriptionId === s, change.constructor.name, change.status.name, await publish(session)];

  // Transfer to another session of the same user, with the values as they are.
  s = await subscribe(session);
  await monitor(session, s, item(setpoint, 1), item(level, 2));
  await next(session);
  const other = await client.createSession(user);
  const stranger = await client.createSession();
  const transfer = async (to, ...ids) => (await ask(to, new opcua.TransferSubscriptionsRequest({ subscriptionIds: ids, sendInitialValues: true }))).results.map((r) => r.statusCode.name);
  out.transfer = [await transfer(stranger, s), await transfer(other, s, 4711)];
  out.transferred = values(await next(other));
  const gone = await publish(session);
  out.left = [gone.subscriptionId === s, gone.notificationMessage.notificationData[0].status.name, await publish(session)];
  await stranger.close();
  await other.close();
  await session.close();
  await client.disconnect();
  console.log(JSON.stringify(out));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
