// A node-opcua server with a machine to talk to; prints its URL as JSON and lives until standard input ends.
const opcua = require("node-opcua");
const { addMachine } = require("./machine");
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
  addMachine(server);
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
