// A node-opcua server with every policy and mode, passwords and certificates of persons; prints its port as JSON and lives until standard input ends.
// node opcua/secure-server.js <folder>
const fs = require("fs");
const path = require("path");
const opcua = require("node-opcua");
const { MessageSecurityMode, SecurityPolicy } = opcua;
const { addMachine } = require("./machine");

async function main() {
  const folder = process.argv[2];
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
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Aes128_Sha256_RsaOaep, SecurityPolicy.Basic256Sha256, SecurityPolicy.Aes256_Sha256_RsaPss],
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt],
    allowAnonymous: true,
    userManager: { isValidUser: (user, password) => user === "operator" && password === "secret" },
  });
  await server.initialize();
  addMachine(server);
  await server.start();
  console.log(JSON.stringify({ port: server.endpoints[0].port }));
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
