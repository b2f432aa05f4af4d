// Works on the machine of FillerServer as a student would: translate, read, units, write, call, subscribe with a deadband, then survive a restart.
// Says "restart" on a line of its own when the test is to restart the server. node opcua/work.js <url>
const opcua = require("node-opcua");
const { AttributeIds, DataType, StatusCodes, TimestampsToReturn, makeBrowsePath } = opcua;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function main() {
  const url = process.argv[2];
  const out = {};
  const client = opcua.OPCUAClient.create({ endpointMustExist: true, connectionStrategy: { maxRetry: 20, initialDelay: 100, maxDelay: 500 } });
  await client.connect(url);
  const session = await client.createSession();

  const namespaces = await session.readNamespaceArray();
  const ns = namespaces.indexOf("urn:test:machine");
  out.ns = ns;
  const translated = await session.translateBrowsePath(makeBrowsePath("ObjectsFolder", `/${ns}:Filler/${ns}:Speed`));
  const speed = translated.targets[0].targetId;
  out.speed = speed.toString();

  const value = await session.read({ nodeId: speed, attributeId: AttributeIds.Value });
  out.value = value.value.value;
  out.hasTimes = value.sourceTimestamp instanceof Date && value.serverTimestamp instanceof Date;
  const units = await session.translateBrowsePath(makeBrowsePath(speed, "/EngineeringUnits"));
  const unit = (await session.read({ nodeId: units.targets[0].targetId, attributeId: AttributeIds.Value })).value.value;
  out.unit = { id: unit.unitId, symbol: unit.displayName.text };
  const ranges = await session.translateBrowsePath(makeBrowsePath(speed, "/EURange"));
  const range = (await session.read({ nodeId: ranges.targets[0].targetId, attributeId: AttributeIds.Value })).value.value;
  out.range = [range.low, range.high];

  const setpoint = `ns=${ns};s=Filler.Setpoint`;
  const write = (v, dataType = DataType.Double) =>
    session.write({ nodeId: setpoint, attributeId: AttributeIds.Value, value: { value: { dataType, value: v } } });
  out.writes = [(await write(120)).name, (await write(500)).name, (await write(5, DataType.Int32)).name];
  out.readBack = (await session.read({ nodeId: setpoint, attributeId: AttributeIds.Value })).value.value;

  const call = await session.call({
    objectId: `ns=${ns};s=Filler`,
    methodId: `ns=${ns};s=Filler.Add`,
    inputArguments: [{ dataType: DataType.Double, value: 40 }, { dataType: DataType.Double, value: 2 }],
  });
  out.sum = call.outputArguments[0].value;
  const method = await session.getArgumentDefinition(`ns=${ns};s=Filler.Add`);
  out.arguments = method.inputArguments.map((a) => a.name).concat(method.outputArguments.map((a) => a.name));

  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 100, requestedLifetimeCount: 100, requestedMaxKeepAliveCount: 5, maxNotificationsPerPublish: 0, publishingEnabled: true, priority: 1,
  });
  out.publishingInterval = subscription.publishingInterval;
  const changes = [];
  const item = await subscription.monitor(
    { nodeId: setpoint, attributeId: AttributeIds.Value },
    { samplingInterval: 0, queueSize: 20, discardOldest: true, filter: new opcua.DataChangeFilter({ trigger: opcua.DataChangeTrigger.StatusValue, deadbandType: opcua.DeadbandType.Absolute, deadbandValue: 5 }) },
    TimestampsToReturn.Both
  );
  item.on("changed", (v) => changes.push(v.value.value));
  const percent = await subscription.monitor(
    { nodeId: speed, attributeId: AttributeIds.Value },
    { samplingInterval: 50, queueSize: 1, discardOldest: true, filter: new opcua.DataChangeFilter({ trigger: opcua.DataChangeTrigger.StatusValue, deadbandType: opcua.DeadbandType.Percent, deadbandValue: 10 }) },
    TimestampsToReturn.Both
  );
  out.percent = percent.statusCode.name;
  const waitFor = async (test) => { for (let i = 0; i < 600 && !test(); i++) await sleep(50); };
  await waitFor(() => changes.length >= 1);
  for (const v of [122, 130, 133, 100]) await write(v);
  await waitFor(() => changes.length >= 3);
  out.changes = changes.slice();

  let keepAlives = 0;
  subscription.on("keepalive", () => keepAlives++);
  await waitFor(() => keepAlives >= 2);
  out.keepAlives = keepAlives >= 2;

  const lost = new Promise((resolve) => client.once("connection_lost", resolve));
  const back = new Promise((resolve) => client.once("connection_reestablished", resolve));
  console.log("restart");
  await lost;
  await back;
  let again;
  for (let i = 0; i < 100; i++) {
    try {
      again = await session.read({ nodeId: "i=2255", attributeId: AttributeIds.Value });
      if (again.statusCode.isGood()) break;
    } catch (error) {
      await sleep(100);
    }
  }
  out.nsAfter = again.value.value.indexOf("urn:test:machine");
  await session.close();
  await client.disconnect();
  console.log(JSON.stringify(out));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
