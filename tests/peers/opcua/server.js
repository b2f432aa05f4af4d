// A node-opcua server with a machine to talk to; prints its URL as JSON and lives until standard input ends.
const opcua = require("node-opcua");
const { DataType, StatusCodes, Variant } = opcua;
const os = require("os");
const path = require("path");
const fs = require("fs");

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "opcua-peer-"));
  const certificates = new opcua.OPCUACertificateManager({ rootFolder: path.join(folder, "pki"), automaticallyAcceptUnknownCertificate: true });
  await certificates.initialize();
  const server = new opcua.OPCUAServer({
    port: 0,
    hostname: "127.0.0.1",
    serverCertificateManager: certificates,
    userCertificateManager: certificates,
    securityPolicies: [opcua.SecurityPolicy.None],
    securityModes: [opcua.MessageSecurityMode.None],
    allowAnonymous: true,
    userManager: { isValidUser: (user, password) => user === "operator" && password === "secret" },
  });
  await server.initialize();
  const namespace = server.engine.addressSpace.getOwnNamespace();
  const machine = namespace.addObject({ organizedBy: server.engine.addressSpace.rootFolder.objects, browseName: "Machine", nodeId: "s=Machine" });
  let speed = 100;
  namespace.addAnalogDataItem({
    componentOf: machine, browseName: "Speed", nodeId: "s=Speed", dataType: "Double", engineeringUnitsRange: { low: 0, high: 200 },
    value: { get: () => new Variant({ dataType: DataType.Double, value: speed }) }, minimumSamplingInterval: 50,
  });
  namespace.addVariable({
    componentOf: machine, browseName: "Setpoint", nodeId: "s=Setpoint", dataType: "Double", minimumSamplingInterval: 50,
    value: {
      get: () => new Variant({ dataType: DataType.Double, value: speed }),
      set: (variant) => {
        speed = variant.value;
        return StatusCodes.Good;
      },
    },
  });
  for (let i = 0; i < 50; i++) namespace.addVariable({ componentOf: machine, browseName: `Tag${i}`, dataType: "Int32", value: new Variant({ dataType: DataType.Int32, value: i }) });
  const method = namespace.addMethod(machine, {
    browseName: "Double", nodeId: "s=Double",
    inputArguments: [{ name: "x", dataType: DataType.Double }],
    outputArguments: [{ name: "y", dataType: DataType.Double }],
  });
  method.bindMethod((inputs, context, callback) =>
    callback(null, { statusCode: StatusCodes.Good, outputArguments: [{ dataType: DataType.Double, value: inputs[0].value * 2 }] }));
  await server.start();
  console.log(JSON.stringify({ url: server.getEndpointUrl(), port: server.endpoints[0].port }));
  process.stdin.resume();
  process.stdin.on("end", async () => {
    await server.shutdown(0);
    fs.rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
