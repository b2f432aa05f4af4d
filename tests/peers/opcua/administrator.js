// Manages certificates and roles of our server as its security administrator, with node-opcua's own encoding of every structure.
// node opcua/administrator.js <url> <folder with client.pem, client.key, stranger.pem>
// Prints one JSON object per step; wants a line after the step "trust", and the signed certificate and its authority's (DER in Base64, one line each) after the step "request".
const fs = require("fs");
const os = require("os");
const path = require("path");
const readline = require("readline");
const opcua = require("node-opcua");
const { IdentityCriteriaType, IdentityMappingRuleType, TrustListDataType } = require("node-opcua-types");
const { BinaryStream } = require("node-opcua-binary-stream");
const { AttributeIds, DataType, MessageSecurityMode, SecurityPolicy, UserTokenType, VariantArrayType } = opcua;

const der = (pem) => Buffer.from(pem.replace(/-----[^-]+-----/g, "").replace(/\s/g, ""), "base64");
const trustList = "i=12642";
const configuration = "i=12637";
const say = (step, more) => console.log(JSON.stringify({ step, ...more }));

async function main() {
  const [url, folder] = process.argv.slice(2);
  const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "opcua-peer-"));
  const certificates = new opcua.OPCUACertificateManager({ rootFolder: path.join(scratch, "pki"), automaticallyAcceptUnknownCertificate: true });
  await certificates.initialize();
  const connect = async (userName, securityMode = MessageSecurityMode.SignAndEncrypt) => {
    const client = opcua.OPCUAClient.create({
      applicationUri: "urn:test:node-client", applicationName: "node-client", clientCertificateManager: certificates,
      certificateFile: path.join(folder, "client.pem"), privateKeyFile: path.join(folder, "client.key"),
      securityPolicy: SecurityPolicy.Basic256Sha256, securityMode, endpointMustExist: true, connectionStrategy: { maxRetry: 0 }, requestedSessionTimeout: 60000,
    });
    await client.connect(url);
    const session = await client.createSession({ type: UserTokenType.UserName, userName, password: "secret" });
    return { client, session, close: async () => { await session.close().catch(() => {}); await client.disconnect(); } };
  };
  const call = async (session, objectId, methodId, ...inputArguments) => {
    const result = await session.call({ objectId, methodId, inputArguments });
    return { status: result.statusCode.name, outputs: (result.outputArguments ?? []).map((o) => o.value) };
  };
  const bytes = (value) => ({ dataType: DataType.ByteString, value });
  const text = (value) => ({ dataType: DataType.String, value });
  const flag = (value) => ({ dataType: DataType.Boolean, value });
  const number = (value) => ({ dataType: DataType.UInt32, value });
  const structure = (value) => ({ dataType: DataType.ExtensionObject, value });

  const admin = await connect("sara");
  const operator = await connect("operator");
  const ns = (await admin.session.readNamespaceArray()).indexOf("urn:test:machine");
  const setpoint = `ns=${ns};s=Filler.Setpoint`;

  // Roles: the operator may not write until the administrator gives the role.
  const write = async () => (await operator.session.write({ nodeId: setpoint, attributeId: AttributeIds.Value, value: { value: { dataType: DataType.Double, value: 61 } } })).name;
  const level = async () => (await operator.session.read({ nodeId: setpoint, attributeId: AttributeIds.UserAccessLevel })).value.value;
  const rule = structure(new IdentityMappingRuleType({ criteriaType: IdentityCriteriaType.UserName, criteria: "operator" }));
  const before = [await write(), await level()];
  const refused = (await call(operator.session, "i=15680", "i=15684", rule)).status;
  const given = (await call(admin.session, "i=15680", "i=15684", rule)).status;
  const identities = (await admin.session.read({ nodeId: "i=16225", attributeId: AttributeIds.Value })).value.value.map((r) => `${IdentityCriteriaType[r.criteriaType]} ${r.criteria}`);
  const permissions = (await admin.session.read({ nodeId: setpoint, attributeId: AttributeIds.UserRolePermissions })).value.value.map((p) => `${p.roleId} ${p.permissions}`);
  say("roles", { before, refused, given, after: [await write(), await level()], identities, permissions });

  // What was refused is found, and goes into the trust list through its file.
  const rejected = (await call(admin.session, configuration, "i=12777")).outputs[0].map((b) => b.toString("base64"));
  const open = async (mode) => (await call(admin.session, trustList, "i=12647", { dataType: DataType.Byte, value: mode })).outputs[0];
  let handle = await open(1);
  const content = (await call(admin.session, trustList, "i=12652", number(handle), { dataType: DataType.Int32, value: 100000 })).outputs[0];
  await call(admin.session, trustList, "i=12650", number(handle));
  const list = new TrustListDataType();
  list.decode(new BinaryStream(content));
  const trusted = list.trustedCertificates.length;
  list.trustedCertificates.push(der(fs.readFileSync(path.join(folder, "stranger.pem"), "utf8")));
  const stream = new BinaryStream(100000);
  list.encode(stream);
  const written = stream.buffer.subarray(0, stream.length);
  handle = await open(6);
  for (let at = 0; at < written.length; at += 700) {
    await call(admin.session, trustList, "i=12655", number(handle), bytes(written.subarray(at, at + 700)));
  }
  const closed = await call(admin.session, trustList, "i=12666", number(handle));
  const applied = (await call(admin.session, configuration, "i=12740")).status;
  say("trust", { rejected, trusted, closed: closed.status, applyChangesRequired: closed.outputs[0], applied });

  // Single certificates out and in again, when the test has looked.
  await lines.next();
  const stranger = der(fs.readFileSync(path.join(folder, "stranger.pem"), "utf8"));
  const thumbprint = require("crypto").createHash("sha1").update(stranger).digest("hex").toUpperCase();
  const trust = async (methodId, ...args) => (await call(admin.session, trustList, methodId, ...args)).status;
  const single = [
    await trust("i=12670", text(thumbprint), flag(true)), await trust("i=12670", text(thumbprint), flag(true)), await trust("i=12668", bytes(Buffer.from("no certificate")), flag(true)),
    await trust("i=12668", bytes(stranger), flag(true)), (await call(operator.session, trustList, "i=12668", bytes(stranger), flag(true))).status,
  ];

  // Without protection there is discovery.
  const plain = opcua.OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
  await plain.connect(url);
  const offered = (await plain.getEndpoints()).map((e) => MessageSecurityMode[e.securityMode]);
  await plain.disconnect();
  say("single", { single, offered: [...new Set(offered)].sort() });

  // Another certificate for the server, with a new key.
  const nodeId = (value) => ({ dataType: DataType.NodeId, value: opcua.resolveNodeId(value) });
  const request = await call(admin.session, configuration, "i=12737", nodeId("i=14156"), nodeId("i=12560"), text("CN=renewed"), flag(true), bytes(Buffer.alloc(32, 7)));
  say("request", { status: request.status, request: request.outputs[0]?.toString("base64") });
  const signed = Buffer.from((await lines.next()).value, "base64");
  const issuer = Buffer.from((await lines.next()).value, "base64");
  const updated = await call(
    admin.session, configuration, "i=13737", nodeId("i=14156"), nodeId("i=12560"), bytes(signed),
    { dataType: DataType.ByteString, arrayType: VariantArrayType.Array, value: [issuer] }, text(""), bytes(Buffer.alloc(0)));
  const lost = new Promise((resolve) => admin.client.on("connection_lost", () => resolve(true)));
  const renewed = (await call(admin.session, configuration, "i=12740")).status;
  say("update", { updated: updated.status, renewed, lost: await lost });
  await admin.close();
  await operator.close();

  const again = await connect("operator");
  const shown = (await again.client.getEndpoints())[0].serverCertificate.equals(signed);
  const value = (await again.session.read({ nodeId: setpoint, attributeId: AttributeIds.Value })).value.value;
  await again.close();
  say("again", { shown, value });
  fs.rmSync(scratch, { recursive: true, force: true });
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
