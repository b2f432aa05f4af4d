// The node-opcua client of lab bench opcua. Each line on standard input is a load to make on a server:
// {"url", "secure", "load": "single" | "batch" | "monitor", "nodes": [node ids], "seconds"}; each answer is a line: values per second that came back.
// node opcua/bench-client.js <folder>
const path = require("path");
const readline = require("readline");
const opcua = require("node-opcua");
const { AttributeIds, MessageSecurityMode, SecurityPolicy, TimestampsToReturn } = opcua;

const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const now = () => Number(process.hrtime.bigint()) / 1e9;

async function read(session, { load, nodes, seconds }) {
  const items = nodes.map((nodeId) => ({ nodeId: opcua.resolveNodeId(nodeId), attributeId: AttributeIds.Value }));
  let at = 0;
  const round = async (until) => {
    let values = 0;
    while (now() < until) {
      if (load === "single") {
        const result = await session.read(items[at++ % items.length]);
        if (!result.statusCode.isGood()) throw new Error(result.statusCode.name);
        values++;
      } else {
        const results = await session.read(items);
        if (!results.every((r) => r.statusCode.isGood())) throw new Error("a value is not good");
        values += results.length;
      }
    }
    return values;
  };
  await round(now() + seconds / 4);
  const begun = now();
  const values = await round(begun + seconds);
  return values / (now() - begun);
}

async function monitor(session, { nodes, seconds }) {
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 100, requestedLifetimeCount: 1000, requestedMaxKeepAliveCount: 10, maxNotificationsPerPublish: 0, publishingEnabled: true, priority: 1,
  });
  let values = 0;
  const group = opcua.ClientMonitoredItemGroup.create(
    subscription, nodes.map((nodeId) => ({ nodeId: opcua.resolveNodeId(nodeId), attributeId: AttributeIds.Value })),
    { samplingInterval: 100, discardOldest: true, queueSize: 1 }, TimestampsToReturn.Both
  );
  group.on("changed", () => values++);
  await new Promise((resolve) => group.on("initialized", resolve));
  await sleep(seconds / 4 + 0.5);
  values = 0;
  const begun = now();
  await sleep(seconds);
  const rate = values / (now() - begun);
  await subscription.terminate();
  return rate;
}

async function main() {
  const certificates = new opcua.OPCUACertificateManager({ rootFolder: path.join(process.argv[2], "client-pki"), automaticallyAcceptUnknownCertificate: true });
  await certificates.initialize();
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const wanted = JSON.parse(line);
    const client = opcua.OPCUAClient.create({
      clientCertificateManager: certificates,
      securityPolicy: wanted.secure ? SecurityPolicy.Basic256Sha256 : SecurityPolicy.None,
      securityMode: wanted.secure ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None,
      endpointMustExist: false,
      connectionStrategy: { maxRetry: 0 },
    });
    try {
      await client.connect(wanted.url);
      const session = await client.createSession();
      const rate = await (wanted.load === "monitor" ? monitor : read)(session, wanted);
      await session.close();
      console.log(JSON.stringify({ rate }));
    } catch (error) {
      console.log(JSON.stringify({ error: error.message }));
    }
    await client.disconnect();
  }
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
