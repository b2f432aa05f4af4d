// Solves the lab interoperability/browse-and-subscribe with node-opcua alone; prints what it found as JSON, for the answers.
// node labs/browse-and-subscribe.js <json: { machine, unitTag, watch, deadband, interval, urls: { "filler-1": "opc.tcp://127.0.0.1:…", … } }>
const opcua = require("node-opcua");
const { AttributeIds, DataChangeFilter, DataChangeTrigger, DeadbandType, OPCUAClient, TimestampsToReturn, makeBrowsePath } = opcua;

const lab = JSON.parse(process.argv[2]);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function connect(machine, maxRetry = 0) {
  const client = OPCUAClient.create({ endpointMustExist: false, keepSessionAlive: true, connectionStrategy: { maxRetry, initialDelay: 200, maxDelay: 1000 } });
  await client.connect(lab.urls[machine]);
  const session = await client.createSession();
  return { client, session, close: async () => { await session.close(); await client.disconnect(); } };
}

// The machine's own namespace: by its URI, in this session.
async function namespaceOf(session, machine) {
  const index = (await session.readNamespaceArray()).indexOf(`urn:traininglab:${machine}:process`);
  if (index < 0) throw new Error(`${machine} does not have its namespace`);
  return index;
}

async function childNamed(session, nodeId, name) {
  const { references } = await session.browse(nodeId);
  const found = references.find((r) => r.browseName.name === name);
  if (!found) throw new Error(`${nodeId} has no ${name}, only ${references.map((r) => r.browseName.name)}`);
  return found.nodeId;
}

const read = (session, nodeId) => session.read({ nodeId, attributeId: AttributeIds.Value });

async function property(session, variable, name) {
  const { targets } = await session.translateBrowsePath(makeBrowsePath(variable, `/${name}`));
  return (await read(session, targets[0].targetId)).value.value;
}

// Subscribes as the lab asks, and holds for some time.
async function watch(session, index, ms) {
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: lab.interval, requestedLifetimeCount: 60, requestedMaxKeepAliveCount: 10, maxNotificationsPerPublish: 0, publishingEnabled: true, priority: 0,
  });
  const item = await subscription.monitor(
    { nodeId: `ns=${index};s=${lab.machine}.${lab.watch}`, attributeId: AttributeIds.Value },
    { samplingInterval: 200, queueSize: 10, discardOldest: true, filter: new DataChangeFilter({ trigger: DataChangeTrigger.StatusValue, deadbandType: DeadbandType.Absolute, deadbandValue: lab.deadband }) },
    TimestampsToReturn.Both
  );
  const values = [];
  item.on("changed", (value) => values.push(value.value.value));
  await sleep(ms);
  const seen = { status: item.statusCode.name, publishingInterval: subscription.publishingInterval, values };
  await subscription.terminate();
  return seen;
}

async function main() {
  const out = {};
  const first = await connect(lab.machine);
  out.index = await namespaceOf(first.session, lab.machine);
  const machine = await childNamed(first.session, "ObjectsFolder", lab.machine);
  const identification = await childNamed(first.session, machine, "Identification");
  out.serial = (await read(first.session, await childNamed(first.session, identification, "SerialNumber"))).value.value;
  const tag = (name) => `ns=${out.index};s=${lab.machine}.${name}`;
  out.unit = (await property(first.session, tag(lab.unitTag), "EngineeringUnits")).displayName.text;
  out.high = (await property(first.session, tag("CurMachSpeed"), "EURange")).high;
  out.first = await watch(first.session, out.index, 12000);

  // The call is answered; a second later the machine ends the session.
  const method = await childNamed(first.session, machine, "Restart");
  const lost = new Promise((resolve) => first.client.once("connection_lost", resolve));
  out.restart = (await first.session.call({ objectId: machine, methodId: method, inputArguments: [] })).statusCode.name;
  await lost;
  await first.client.disconnect();

  const second = await connect(lab.machine, 10);
  out.indexAfter = await namespaceOf(second.session, lab.machine);
  const old = await read(second.session, tag(lab.watch));
  out.oldNode = old.statusCode.name;
  out.second = await watch(second.session, out.indexAfter, 7000);
  await second.close();

  out.setSpeeds = {};
  for (const name of Object.keys(lab.urls)) {
    const { session, close } = await connect(name);
    const value = await read(session, `ns=${await namespaceOf(session, name)};s=${name}.MachSpeed`);
    out.setSpeeds[name] = { value: value.value.value, status: value.statusCode.name };
    if (value.statusCode.isGood()) out.setSpeed = value.value.value;
    await close();
  }

  console.log(JSON.stringify(out));
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
