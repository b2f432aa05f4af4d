// Changes the user of a session on ExaminedServer's machine, and moves sessions to other channels: rights follow at once, also for items that exist.
// node opcua/user-changes.js <url> --policy NAME --mode MODE --folder FOLDER (with user.pem and user.key, too)
const fs = require("fs");
const path = require("path");
const opcua = require("node-opcua");
const { AttributeIds, DataType, TimestampsToReturn, UserTokenType } = opcua;
const { clientOptions } = require("./client-options");
const { ask, text, write } = require("./ask");

const der = (pem) => Buffer.from(pem.replace(/-----[^-]+-----/g, "").replace(/\s/g, ""), "base64");

async function main() {
  const folder = process.argv[process.argv.indexOf("--folder") + 1];
  const security = await clientOptions();
  const url = process.argv[2];
  const out = {};
  const read = (name) => fs.readFileSync(path.join(folder, name), "utf8");
  const users = {
    anonymous: { type: UserTokenType.Anonymous },
    viewer: { type: UserTokenType.UserName, userName: "viewer", password: "secret" },
    operator: { type: UserTokenType.UserName, userName: "operator", password: "secret" },
    wrong: { type: UserTokenType.UserName, userName: "operator", password: "guess" },
    person: { type: UserTokenType.Certificate, certificateData: der(read("user.pem")), privateKey: read("user.key") },
  };
  const client = opcua.OPCUAClient.create({ ...security, endpointMustExist: true, connectionStrategy: { maxRetry: 0 } });
  await client.connect(url);
  const session = await client.createSession();
  const ns = (await session.readNamespaceArray()).indexOf("urn:test:machine");
  const [recipe, setpoint, machine, start] = ["Recipe", "Setpoint", "", "Start"].map((n) => `ns=${ns};s=Filler${n && "."}${n}`);

  const subscriptionId = (await ask(session, new opcua.CreateSubscriptionRequest({
    requestedPublishingInterval: 50, requestedLifetimeCount: 1000, requestedMaxKeepAliveCount: 10, publishingEnabled: true,
  }))).subscriptionId;
  await ask(session, new opcua.CreateMonitoredItemsRequest({ subscriptionId, timestampsToReturn: TimestampsToReturn.Both, itemsToCreate: [
    { itemToMonitor: { nodeId: recipe, attributeId: AttributeIds.Value }, monitoringMode: 2, requestedParameters: { clientHandle: 1, samplingInterval: 0, queueSize: 10, discardOldest: true } },
  ] }));
  // What the item reports next; nothing after some keep-alives.
  const report = async () => {
    for (let i = 0; i < 2; i++) {
      const r = await ask(session, new opcua.PublishRequest({ requestHeader: { timeoutHint: 20000 }, subscriptionAcknowledgements: [] }));
      const data = r.notificationMessage?.notificationData?.[0];
      if (data) return data.monitoredItems.map((m) => text(m.value)).join(" ");
    }
    return "";
  };
  const rights = async () => {
    const values = await session.read([
      { nodeId: recipe, attributeId: AttributeIds.Value }, { nodeId: setpoint, attributeId: AttributeIds.UserAccessLevel }, { nodeId: start, attributeId: AttributeIds.UserExecutable },
    ]);
    const call = await session.call({ objectId: machine, methodId: start, inputArguments: [] });
    return [text(values[0]), values[1].value.value, values[2].value.value, await write(session, setpoint, Math.random()), call.statusCode.name].join(" ");
  };
  const change = async (name) => {
    try {
      return (await session.changeUser(users[name])).name;
    } catch (error) {
      return /Bad\w+/.exec(error.message)?.[0] ?? error.message;
    }
  };
  out.steps = { first: ["", await rights(), await report()] };
  for (const name of ["operator", "viewer", "person", "wrong", "anonymous"]) {
    const status = await change(name);
    const may = await rights();
    out.steps[name] = [status, may, await report()];
  }

  // Tokens that are not what the endpoint offers.
  const token = async (userIdentityToken) => ask(session, new opcua.ActivateSessionRequest({
    clientSignature: await client.computeClientSignature(client._secureChannel, session.serverCertificate, session.serverNonce), userIdentityToken, localeIds: [],
  }));
  out.tokens = [
    await token(new opcua.AnonymousIdentityToken({ policyId: "somebody" })),
    await token(new opcua.UserNameIdentityToken({ policyId: "username", userName: "operator", password: Buffer.from("secret"), encryptionAlgorithm: null })),
    await token(new opcua.UserNameIdentityToken({ policyId: "", userName: "operator", password: Buffer.from("secret"), encryptionAlgorithm: null })),
  ];

  await session.close();

  // Another channel: the session comes along with its own user, and is refused for another one.
  const mine = await client.createSession(users.operator);
  const second = opcua.OPCUAClient.create({ ...security, endpointMustExist: true, connectionStrategy: { maxRetry: 0 } });
  await second.connect(url);
  const reactivate = async (user) => {
    mine.userIdentityInfo = user;
    try {
      await second.reactivateSession(mine);
      return "Good";
    } catch (error) {
      return /Bad\w+/.exec(error.message)?.[0] ?? error.message;
    }
  };
  out.moved = [await reactivate(users.anonymous), await reactivate(users.operator)];
  out.afterMove = text(await mine.read({ nodeId: recipe, attributeId: AttributeIds.Value }));
  await mine.close();
  await second.disconnect();
  await client.disconnect();
  console.log(JSON.stringify(out));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
