// Subscribes in ways other than the usual one, with node-opcua; prints the status of the item as JSON after a hold of ten seconds and a bit.
// node labs/subscribe-otherwise.js <json: { url, machine, watch, deadband, interval, how: "disabled" | "sampling" | "many" | "modified" }>
const { AttributeIds, DataChangeFilter, DataChangeTrigger, DeadbandType, MonitoringMode, OPCUAClient, TimestampsToReturn } = require("node-opcua");

const task = JSON.parse(process.argv[2]);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const filter = new DataChangeFilter({ trigger: DataChangeTrigger.StatusValue, deadbandType: DeadbandType.Absolute, deadbandValue: task.deadband });
const parameters = { samplingInterval: 200, queueSize: 10, discardOldest: true, filter };

async function main() {
  const client = OPCUAClient.create({ endpointMustExist: false });
  await client.connect(task.url);
  const session = await client.createSession();
  const index = (await session.readNamespaceArray()).indexOf(`urn:traininglab:${task.machine}:process`);
  const node = (tag) => ({ nodeId: `ns=${index};s=${task.machine}.${tag}`, attributeId: AttributeIds.Value });
  const subscribe = (interval) => session.createSubscription2({
    requestedPublishingInterval: interval, requestedLifetimeCount: 60, requestedMaxKeepAliveCount: 10, maxNotificationsPerPublish: 0, publishingEnabled: true, priority: 0,
  });
  let status;
  if (task.how === "many") {
    const subscription = await subscribe(task.interval);
    const group = await subscription.monitorItems(["RunTime", "ProdProcessedCount", task.watch, "StateCurrent"].map(node).slice(0, 3), parameters, TimestampsToReturn.Both);
    status = group.monitoredItems.map((item) => item.statusCode.name).join();
  } else if (task.how === "modified") {
    const subscription = await subscribe(500);
    const item = await subscription.monitor(node(task.watch), { samplingInterval: 500, queueSize: 1, discardOldest: true }, TimestampsToReturn.Both);
    await session.modifySubscription({
      subscriptionId: subscription.subscriptionId, requestedPublishingInterval: task.interval, requestedLifetimeCount: 60, requestedMaxKeepAliveCount: 10, maxNotificationsPerPublish: 0, priority: 0,
    });
    await item.modify(parameters, TimestampsToReturn.Both);
    status = item.statusCode.name;
  } else {
    const subscription = await subscribe(task.interval);
    const item = await subscription.monitor(node(task.watch), parameters, TimestampsToReturn.Both, task.how === "disabled" ? MonitoringMode.Disabled : MonitoringMode.Sampling);
    status = item.statusCode.name;
  }

  await sleep(12000);
  await session.close();
  await client.disconnect();
  console.log(JSON.stringify({ status }));
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
