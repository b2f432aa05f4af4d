// What a client needs to connect as the command line says: [--policy NAME --mode Sign|SignAndEncrypt --folder FOLDER], which it takes out of process.argv. The folder holds client.pem and client.key.
const fs = require("fs");
const os = require("os");
const path = require("path");
const opcua = require("node-opcua");

function take(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv.splice(at, 2)[1];
}

exports.clientOptions = async () => {
  const [policy, mode, folder] = ["--policy", "--mode", "--folder"].map(take);
  if (!policy || policy === "None") return {};
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "opcua-peer-"));
  process.on("exit", () => fs.rmSync(scratch, { recursive: true, force: true }));
  const certificates = new opcua.OPCUACertificateManager({ rootFolder: path.join(scratch, "pki"), automaticallyAcceptUnknownCertificate: true });
  await certificates.initialize();
  return {
    applicationUri: "urn:test:node-client", applicationName: "node-client", clientCertificateManager: certificates,
    certificateFile: path.join(folder, "client.pem"), privateKeyFile: path.join(folder, "client.key"),
    securityPolicy: opcua.SecurityPolicy[policy], securityMode: opcua.MessageSecurityMode[mode],
  };
};
