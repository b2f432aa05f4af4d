// Connects as a student's client would, signs in, looks at the endpoints, browses everything below Root in both directions, reads every attribute of every node,
// and makes readers of all structures and enumerations from their definitions.
// node opcua/explore.js <url> [user password] [--policy NAME --mode MODE --folder FOLDER]
const { OPCUAClient, AttributeIds, UserTokenType, BrowseDirection, NodeClass, MessageSecurityMode, DataType, getExtraDataTypeManager, resolveDynamicExtensionObject } = require("node-opcua");
const { clientOptions } = require("./client-options");

// What each class of node must answer (OPC 10000-3, table 2 and following), and what it may.
const always = ["NodeId", "NodeClass", "BrowseName", "DisplayName"];
const optional = ["Description", "WriteMask", "UserWriteMask", "RolePermissions", "UserRolePermissions", "AccessRestrictions"];
const ofClass = {
  Object: { must: ["EventNotifier"], may: [] },
  Variable: { must: ["DataType", "ValueRank", "AccessLevel", "UserAccessLevel", "Historizing"], may: ["Value", "ArrayDimensions", "MinimumSamplingInterval", "AccessLevelEx"] },
  Method: { must: ["Executable", "UserExecutable"], may: [] },
  ObjectType: { must: ["IsAbstract"], may: [] },
  VariableType: { must: ["DataType", "ValueRank", "IsAbstract"], may: ["Value", "ArrayDimensions"] },
  ReferenceType: { must: ["IsAbstract", "Symmetric"], may: ["InverseName"] },
  DataType: { must: ["IsAbstract"], may: ["DataTypeDefinition"] },
  View: { must: ["ContainsNoLoops", "EventNotifier"], may: [] },
};
// Why a variable may have no value: it belongs to a type, or nobody gives it one.
const noValue = ["UncertainInitialValue", "BadNotSupported", "BadNotReadable", "BadUserAccessDenied", "BadWaitingForInitialData"];

async function main() {
  const security = await clientOptions();
  const [url, userName, password] = process.argv.slice(2);
  const client = OPCUAClient.create({ ...security, endpointMustExist: true, connectionStrategy: { maxRetry: 0 } });
  await client.connect(url);
  const endpoints = (await client.getEndpoints()).map((e) => ({
    url: e.endpointUrl,
    mode: MessageSecurityMode[e.securityMode],
    tokens: e.userIdentityTokens.map((t) => UserTokenType[t.tokenType]),
  }));
  const session = await client.createSession(userName ? { type: UserTokenType.UserName, userName, password } : undefined);

  const seen = new Map([["ns=0;i=84", { class: "Object", name: "Root" }]]);
  const forward = new Set();
  const inverse = new Set();
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
      const node = seen.get(nodes[i]);
      node.types = 0;
      for (const reference of references) {
        const id = reference.nodeId.toString();
        const type = reference.referenceTypeId.toString();
        if (reference.isForward) forward.add(`${nodes[i]} ${type} ${id}`);
        else inverse.add(`${id} ${type} ${nodes[i]}`);
        if (type === "ns=0;i=40" && reference.isForward) node.types++;
        if (!seen.has(id)) {
          seen.set(id, { class: NodeClass[reference.nodeClass], name: reference.browseName.toString() });
          queue.push(id);
        }
      }
    }
  }

  for (const reference of forward) if (!inverse.has(reference)) problems.push(`no inverse of ${reference}`);
  for (const reference of inverse) if (!forward.has(reference)) problems.push(`no forward of ${reference}`);
  for (const [id, node] of seen) {
    if (node.types !== (node.class === "Object" || node.class === "Variable" ? 1 : 0)) problems.push(`${id} ${node.name} (${node.class}) has ${node.types} types`);
  }

  let reads = 0;
  const extensions = [];
  const ids = [...seen.keys()];
  const names = Object.keys(AttributeIds).filter((k) => isNaN(k) && AttributeIds[k] >= 1 && AttributeIds[k] <= 27);
  for (let i = 0; i < ids.length; i += 200) {
    const batch = ids.slice(i, i + 200).flatMap((nodeId) => names.map((name) => ({ nodeId, attributeId: AttributeIds[name], name, id: nodeId })));
    const results = await session.read(batch);
    results.forEach((value, j) => {
      reads++;
      const { id: nodeId, name } = batch[j];
      const node = seen.get(nodeId);
      const { must, may } = ofClass[node.class];
      const status = value.statusCode.name;
      const there = value.statusCode.isGood();
      if (there && value.value.dataType === DataType.Null) problems.push(`${nodeId} ${name} is good and empty`);
      else if (always.includes(name) || must.includes(name)) {
        if (!there) problems.push(`${nodeId} ${node.name} ${name}: ${status}`);
      } else if (name === "Value" && node.class === "Variable") {
        if (!there && !noValue.includes(status)) problems.push(`${nodeId} ${node.name} ${name}: ${status}`);
        if (there && value.value.dataType === DataType.ExtensionObject) extensions.push([nodeId, value.value]);
      } else if (may.includes(name) || optional.includes(name)) {
        if (!there && status !== "BadAttributeIdInvalid") problems.push(`${nodeId} ${node.name} ${name}: ${status}`);
      } else if (status !== "BadAttributeIdInvalid") problems.push(`${nodeId} ${node.name} (${node.class}) ${name}: ${status}`);
    });
  }

  // Readers of the structures of all namespaces, made from DataTypeDefinition; then every value that is a structure.
  let structures = 0;
  const unresolved = [];
  try {
    const manager = await getExtraDataTypeManager(session);
    for (const [id, value] of extensions) {
      await resolveDynamicExtensionObject(session, value, manager);
      const all = Array.isArray(value.value) ? value.value : [value.value];
      for (const one of all) {
        if (one && one.constructor.name === "OpaqueStructure") unresolved.push(id);
        else if (one) structures++;
      }
    }
    for (const [namespace] of (await session.readNamespaceArray()).entries()) {
      if (namespace > 1 && manager.hasDataTypeFactory(namespace)) {
        for (const info of manager.getDataTypeFactory(namespace).getStructureIterator()) {
          if (info.constructor_) {
            new info.constructor_({});
            structures++;
          }
        }
      }
    }
  } catch (error) {
    problems.push(`structures: ${error.message}`);
  }
  for (const id of unresolved) problems.push(`structure of ${id} ${seen.get(id).name} not understood`);

  await session.close();
  await client.disconnect();
  const classes = {};
  for (const node of seen.values()) classes[node.class] = (classes[node.class] ?? 0) + 1;
  console.log(JSON.stringify({ endpoints, nodes: seen.size, classes, reads, references: forward.size, structures, problems: problems.slice(0, 20), problemCount: problems.length }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
