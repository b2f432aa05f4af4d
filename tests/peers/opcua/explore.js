// Connects as a student's client would, signs in, looks at the endpoints, browses everything below Root, reads every attribute of every node.
// node opcua/explore.js <url> [user password]
const { OPCUAClient, AttributeIds, UserTokenType, BrowseDirection, NodeClass, MessageSecurityMode } = require("node-opcua");

async function main() {
  const [url, userName, password] = process.argv.slice(2);
  const client = OPCUAClient.create({ endpointMustExist: true, connectionStrategy: { maxRetry: 0 } });
  await client.connect(url);
  const endpoints = (await client.getEndpoints()).map((e) => ({
    url: e.endpointUrl,
    mode: MessageSecurityMode[e.securityMode],
    tokens: e.userIdentityTokens.map((t) => UserTokenType[t.tokenType]),
  }));
  const session = await client.createSession(userName ? { type: UserTokenType.UserName, userName, password } : undefined);

  const seen = new Map();
  const queue = ["ns=0;i=84"];
  const problems = [];
  while (queue.length > 0) {
    const nodes = queue.splice(0, 100);
    const results = await session.browse(
      nodes.map((nodeId) => ({ nodeId, browseDirection: BrowseDirection.Both, includeSubtypes: true, nodeClassMask: 0, resultMask: 63 }))
    );
    for (let i = 0; i < results.length; i++) {
      let result = results[i];
      let references = result.references ?? [];
      while (result.continuationPoint && result.continuationPoint.length > 0) {
        result = await session.browseNext(result.continuationPoint, false);
        references = references.concat(result.references ?? []);
      }
      if (!results[i].statusCode.isGood()) problems.push(`browse ${nodes[i]}: ${results[i].statusCode.name}`);
      for (const reference of references) {
        const id = reference.nodeId.toString();
        if (!seen.has(id)) {
          seen.set(id, { class: NodeClass[reference.nodeClass], name: reference.browseName.toString() });
          queue.push(id);
        }
      }
    }
  }

  let reads = 0;
  const values = [...seen.keys()];
  const wanted = [AttributeIds.NodeId, AttributeIds.NodeClass, AttributeIds.BrowseName, AttributeIds.DisplayName, AttributeIds.Value, AttributeIds.DataType,
    AttributeIds.ValueRank, AttributeIds.ArrayDimensions, AttributeIds.AccessLevel, AttributeIds.DataTypeDefinition, AttributeIds.IsAbstract, AttributeIds.InverseName];
  for (let i = 0; i < values.length; i += 200) {
    const batch = values.slice(i, i + 200).flatMap((nodeId) => wanted.map((attributeId) => ({ nodeId, attributeId })));
    const results = await session.read(batch);
    results.forEach((value, j) => {
      reads++;
      if (batch[j].attributeId <= AttributeIds.DisplayName && !value.statusCode.isGood()) {
        problems.push(`read ${batch[j].nodeId} ${AttributeIds[batch[j].attributeId]}: ${value.statusCode.name}`);
      }
    });
  }

  await session.close();
  await client.disconnect();
  const classes = {};
  for (const node of seen.values()) classes[node.class] = (classes[node.class] ?? 0) + 1;
  console.log(JSON.stringify({ endpoints, nodes: seen.size, classes, reads, problems: problems.slice(0, 20) }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
