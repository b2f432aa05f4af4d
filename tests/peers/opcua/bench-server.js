// The node-opcua server of lab bench opcua: doubles that all change ten times a second, without security and with Basic256Sha256 SignAndEncrypt.
// Prints its port as JSON and lives until standard input ends. node opcua/bench-server.js <folder> <number of doubles>
const path = require("path");
const opcua = require("node-opcua");
const { DataType, MessageSecurityMode, SecurityPolicy, StatusCodes } = opcua;

async function main() {
  const [folder, count] = process.argv.slice(2);
  const manager = async (name) => {
    const made = new opcua.OPCUACertificateManager({ rootFolder: path.join(folder, name), automaticallyAcceptUnknownCertificate: true });
    await made.initialize();
    return made;
  };
  const server = new opcua.OPCUAServer({
    port: 0,
    hostname: "127.0.0.1",
    serverCertificateManager: await manager("pki"),
    userCertificateManager: await manager("users"),
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
    allowAnonymous: true,
    maxConnectionsPerEndpoint: 100,
    serverCapabilities: { maxSessions: 100 },
  });
  await server.initialize();
  const namespace = server.engine.addressSpace.getOwnNamespace();
  const folderNode = namespace.addFolder(server.engine.addressSpace.rootFolder.objects, { browseName: "Load" });
  const variables = [];
  for (let i = 0; i < Number(count); i++) {
    variables.push(namespace.addVariable({
      organizedBy: folderNode, browseName: `Value${i}`, nodeId: `i=${10000 + i}`, dataType: "Double", minimumSamplingInterval: 100, value: { dataType: DataType.Double, value: i },
    }));
  }
  let round = 0;
  setInterval(() => {
    round++;
    for (let i = 0; i < variables.length; i++) variables[i].setValueFromSource({ dataType: DataType.Double, value: i + round / 10 }, StatusCodes.Good);
  }, 100);
  await server.start();
  console.log(JSON.stringify({ ports: [server.endpoints[0].port], namespace: namespace.index }));
  process.stdin.resume();
  process.stdin.on("end", async () => {
    await server.shutdown(0);
    process.exit(0);
  });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
