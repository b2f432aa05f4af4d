// Looks at a machine whose server may be ill, as a client would: how long answers take, what a value's status and times are, how many notifications come, what the connection does.
// node opcua/faults.js <url> <namespace uri> <node text> [--policy NAME --mode MODE --folder FOLDER]; says "ready" when it has subscribed, and ends when it reads a line.
const opcua = require("node-opcua");
const { clientOptions } = require("./client-options");
const { AttributeIds, TimestampsToReturn } = opcua;

async function main() {
  const security = await clientOptions();
  const [url, uri, text] = process.argv.slice(2);
  const out = { notifications: 0, lost: 0, back: 0 };
  const client = opcua.OPCUAClient.create({ ...security, endpointMustExist: false, connectionStrategy: { maxRetry: 100, initialDelay: 200, maxDelay: 500 }, keepSessionAlive: true });
  client.on("connection_lost", () => out.lost++);
  client.on("connection_reestablished", () => out.back++);
  await client.connect(url);
  if (security.securityPolicy) {
    const found = (await client.getEndpoints()).find((e) => e.serverCertificate?.length > 0);
    out.notAfter = opcua.exploreCertificate ? opcua.exploreCertificate(found.serverCertificate).tbsCertificate.validity.notAfter : new (require("crypto").X509Certificate)(found.serverCertificate).validTo;
  }
  const session = await client.createSession();
  const read = async () => {
    const ns = (await session.readNamespaceArray()).indexOf(uri);
    const nodeId = `ns=${ns};s=${text}`;
    const before = Date.now();
    const value = await session.read({ nodeId, attributeId: AttributeIds.Value }, 0);
    return { ns, took: Date.now() - before, status: value.statusCode.name, value: value.value?.value ?? null, source: value.sourceTimestamp?.toISOString() };
  };
  out.first = await read();
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 100, requestedLifetimeCount: 1000, requestedMaxKeepAliveCount: 5, maxNotificationsPerPublish: 0, publishingEnabled: true, priority: 1,
  });
  const item = await subscription.monitor(
    { nodeId: `ns=${out.first.ns};s=${text}`, attributeId: AttributeIds.Value }, { samplingInterval: 100, queueSize: 100, discardOldest: true }, TimestampsToReturn.Both
  );
  item.on("changed", () => out.notifications++);
  console.log("ready");
  await new Promise((resolve) => process.stdin.once("data", resolve));
  try {
    out.second = await read();
  } catch (error) {
    out.error = error.message;
  }
  console.log(JSON.stringify(out));
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
