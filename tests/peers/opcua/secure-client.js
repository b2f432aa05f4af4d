// Works on the machine of FillerServer through every protected endpoint, signed in anonymously, with a password and with a certificate.
// node opcua/secure-client.js <url> <folder with client.pem, client.key, user.pem, user.key>
const fs = require("fs");
const os = require("os");
const path = require("path");
const opcua = require("node-opcua");
const { AttributeIds, DataType, MessageSecurityMode, SecurityPolicy, UserTokenType } = opcua;

const der = (pem) => Buffer.from(pem.replace(/-----[^-]+-----/g, "").replace(/\s/g, ""), "base64");

async function main() {
  const [url, folder] = process.argv.slice(2);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "opcua-peer-"));
  const certificates = new opcua.OPCUACertificateManager({ rootFolder: path.join(scratch, "pki"), automaticallyAcceptUnknownCertificate: true });
  await certificates.initialize();
  const read = (name) => fs.readFileSync(path.join(folder, name), "utf8");
  const users = {
    anonymous: { type: UserTokenType.Anonymous },
    password: { type: UserTokenType.UserName, userName: "operator", password: "secret" },
    wrong: { type: UserTokenType.UserName, userName: "operator", password: "wrong" },
    certificate: { type: UserTokenType.Certificate, certificateData: der(read("user.pem")), privateKey: read("user.key") },
  };
  const out = { endpoints: [], results: {} };
  for (const securityPolicy of [SecurityPolicy.Aes128_Sha256_RsaOaep, SecurityPolicy.Basic256Sha256, SecurityPolicy.Aes256_Sha256_RsaPss]) {
    for (const securityMode of [MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt]) {
      for (const [name, user] of Object.entries(users)) {
        const key = `${securityPolicy.split("#")[1]} ${MessageSecurityMode[securityMode]} ${name}`;
        const client = opcua.OPCUAClient.create({
          applicationUri: "urn:test:node-client", applicationName: "node-client", clientCertificateManager: certificates,
          certificateFile: path.join(folder, "client.pem"), privateKeyFile: path.join(folder, "client.key"),
          securityPolicy, securityMode, endpointMustExist: true, connectionStrategy: { maxRetry: 0 }, requestedSessionTimeout: 60000,
        });
        try {
          await client.connect(url);
          const session = await client.createSession(user);
          const ns = (await session.readNamespaceArray()).indexOf("urn:test:machine");
          const setpoint = `ns=${ns};s=Filler.Setpoint`;
          const value = 50 + Object.keys(out.results).length;
          const status = await session.write({ nodeId: setpoint, attributeId: AttributeIds.Value, value: { value: { dataType: DataType.Double, value } } });
          const back = await session.read({ nodeId: setpoint, attributeId: AttributeIds.Value });
          const browsed = await session.browse("i=84");
          out.results[key] = status.isGood() && back.value.value === value && browsed.references.length > 0 ? "Good" : status.name;
          await session.close();
        } catch (error) {
          out.results[key] = /Bad\w+/.exec(error.message)?.[0] ?? error.message;
        }
        await client.disconnect();
      }
    }
  }

  fs.rmSync(scratch, { recursive: true, force: true });
  console.log(JSON.stringify(out));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
