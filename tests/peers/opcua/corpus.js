// Prints every message and structure as node-opcua encodes it, for tests/TrainingLab.Tests/OpcUa/Corpora/messages.txt:
//   node tests/peers/opcua/corpus.js | grep '|' > tests/TrainingLab.Tests/OpcUa/Corpora/messages.txt
// A line is: section | name | bytes in hex, without type id and header | the values of the fields, in their order (#n is an array of n).
"use strict";
const opcua = require("node-opcua");
const { BinaryStream } = require("node-opcua-binary-stream");

const structures = [
  ["4, 7.2", "ApplicationDescription"], ["4, 7.8", "DataChangeFilter"], ["4, 7.14", "EndpointDescription"], ["4, 7.41", "UserTokenPolicy"],
  ["4, 7.33", "RequestHeader"], ["4, 7.34", "ResponseHeader"], ["4, 7.36", "SignatureData"], ["4, 7.7", "ContentFilter"], ["4, 7.7", "ContentFilterElement"],
  ["4, 7.7.4", "ElementOperand"], ["4, 7.7.4", "LiteralOperand"], ["4, 7.7.4", "SimpleAttributeOperand"], ["4, 7.22.3", "EventFilter"],
  ["4, 7.21", "MonitoringParameters"], ["4, 7.29", "ReadValueId"], ["4, 7.30", "ReferenceDescription"], ["4, 7.31", "RelativePathElement"],
  ["4, 7.25.2", "DataChangeNotification"], ["4, 7.25.3", "EventNotificationList"], ["4, 7.26", "NotificationMessage"],
  ["4, 7.40", "AnonymousIdentityToken"], ["4, 7.40", "UserNameIdentityToken"], ["4, 7.40", "X509IdentityToken"], ["4, 7.44", "ViewDescription"],
  ["8, 5.6", "UaRange", "Range"], ["8, 5.6", "EUInformation"], ["3, 8.6", "Argument"], ["3, 8.52", "EnumField"], ["3, 8.51", "StructureField"], ["3, 8.49", "StructureDefinition"], ["3, 8.50", "EnumDefinition"], ["3, 8.40", "EnumValueType"],
  ["5, 12.4", "BuildInfo"], ["5, 12.10", "ServerStatusDataType"], ["5, 12.14", "ServiceCounter", "ServiceCounterDataType"], ["5, 12.9", "ServerDiagnosticsSummary", "ServerDiagnosticsSummaryDataType"], ["3, 8.55", "RolePermission", "RolePermissionType"],
  ["11, 6.4.3", "ReadRawModifiedDetails"], ["11, 6.4.4", "ReadProcessedDetails"], ["11, 6.5.2", "HistoryData"],
];
const services = [
  ["4, 5.5.2", "FindServers"], ["4, 5.5.4", "GetEndpoints"], ["4, 5.6.2", "OpenSecureChannel"], ["4, 5.7.2", "CreateSession"], ["4, 5.7.3", "ActivateSession"], ["4, 5.7.4", "CloseSession"], ["4, 5.7.5", "Cancel"],
  ["4, 5.8.2", "AddNodes"], ["4, 5.8.3", "AddReferences"], ["4, 5.8.4", "DeleteNodes"], ["4, 5.8.5", "DeleteReferences"], ["4, 5.9.2", "Browse"], ["4, 5.9.3", "BrowseNext"], ["4, 5.9.4", "TranslateBrowsePathsToNodeIds"],
  ["4, 5.9.5", "RegisterNodes"], ["4, 5.9.6", "UnregisterNodes"], ["4, 5.11.2", "Read"], ["4, 5.11.3", "HistoryRead"], ["4, 5.11.4", "Write"], ["4, 5.11.5", "HistoryUpdate"], ["4, 5.12.2", "Call"],
  ["4, 5.13.2", "CreateMonitoredItems"], ["4, 5.13.3", "ModifyMonitoredItems"], ["4, 5.13.4", "SetMonitoringMode"], ["4, 5.13.5", "SetTriggering"], ["4, 5.13.6", "DeleteMonitoredItems"],
  ["4, 5.14.2", "CreateSubscription"], ["4, 5.14.3", "ModifySubscription"], ["4, 5.14.4", "SetPublishingMode"], ["4, 5.14.5", "Publish"], ["4, 5.14.6", "Republish"], ["4, 5.14.7", "TransferSubscriptions"], ["4, 5.14.8", "DeleteSubscriptions"],
];

let n = 0;
const inside = { filterOperands: "LiteralOperand", filter: "DataChangeFilter", userIdentityToken: "UserNameIdentityToken", notificationData: "DataChangeNotification", historyReadDetails: "ReadRawModifiedDetails", historyData: "HistoryData" };

function value(field, depth) {
  n += 1;
  if (field.name === "valueRank") return 2;
  switch (field.fieldType) {
    case "Boolean": return n % 2 === 0;
    case "NumericRange": return "1:3";
    case "Byte": case "UInt16": case "UInt32": case "Int32": case "Counter": case "IntegerId": return n % 200;
    case "Int64": return [0, n];
    case "Double": case "Duration": return n + 0.5;
    case "String": case "CharArray": case "LocaleId": case "ApplicationInstanceCertificate": return `${field.name}${n}`;
    case "DateTime": case "UtcTime": return new Date(Date.UTC(2026, 0, 5, 8, n % 60, 7));
    case "ByteString": case "ContinuationPoint": return Buffer.from([n & 255, 2, 3]);
    case "NodeId": case "SessionAuthenticationToken": return opcua.resolveNodeId(n % 2 === 0 ? `ns=1;i=${n}` : `ns=2;s=${field.name}`);
    case "ExpandedNodeId": return opcua.ExpandedNodeId.fromNodeId(opcua.resolveNodeId(`ns=1;i=${n}`));
    case "QualifiedName": return opcua.coerceQualifiedName({ namespaceIndex: 1, name: `q${n}` });
    case "LocalizedText": return opcua.coerceLocalizedText({ locale: "en", text: `t${n}` });
    case "StatusCode": return opcua.StatusCodes.BadNodeIdUnknown;
    case "Variant": return new opcua.Variant({ dataType: opcua.DataType.Int32, value: n });
    case "DataValue": return new opcua.DataValue({ value: new opcua.Variant({ dataType: opcua.DataType.Double, value: n + 0.5 }), statusCode: opcua.StatusCodes.UncertainLastUsableValue, sourceTimestamp: new Date(Date.UTC(2026, 0, 5, 8, 0, n % 60)), serverTimestamp: new Date(Date.UTC(2026, 0, 5, 9, 0, n % 60)) });
    case "ExtensionObject": return inside[field.name] && depth < 3 ? make(inside[field.name], depth + 1) : null;
    case "DiagnosticInfo": return undefined;
  }
  if (field.category === "enumeration") return field.name === "securityMode" ? 2 : 1;
  if (field.category === "complex") return make(field.fieldType, depth + 1);
  return n;
}

function fieldsOf(schema) {
  const base = schema.getBaseSchema ? schema.getBaseSchema() : null;
  return (base && base.fields ? fieldsOf(base) : []).concat(schema.fields || []);
}

function make(name, depth = 0) {
  const Class = opcua[name] || require("node-opcua-types")[name];
  if (!Class) throw new Error(name);
  const options = {};
  for (const field of fieldsOf(Class.schema)) {
    if (field.isArray) {
      options[field.name] = field.fieldType === "DiagnosticInfo" ? null : depth > 2 ? [] : [value(field, depth), value(field, depth)].filter((v) => v !== null);
    } else if (!/^(requestHeader|responseHeader)$/.test(field.name) || depth > 0) {
      options[field.name] = value(field, depth);
    }
  }
  return new Class(options);
}

/** Arrays of diagnostics and tables of texts are not kept by ours: null ones are written the same by both. */
function withoutDiagnostics(object) {
  for (const field of fieldsOf(object.schema)) {
    const v = object[field.name];
    if (field.isArray && (field.fieldType === "DiagnosticInfo" || field.name === "stringTable")) object[field.name] = null;
    else for (const inner of Array.isArray(v) ? v : [v]) if (inner && inner.schema && inner.schema.fields && (field.category === "complex" || field.fieldType === "ExtensionObject")) withoutDiagnostics(inner);
  }
  return object;
}

const id = (nodeId) => nodeId.toString().replace(/^ns=0;/, "");
function leaf(v, field) {
  if (v === null || v === undefined) return ["null"];
  switch (field.fieldType) {
    case "DateTime": case "UtcTime": return [v.toISOString()];
    case "NodeId": case "SessionAuthenticationToken": case "ExpandedNodeId": return [id(v)];
    case "QualifiedName": return [`${v.namespaceIndex}:${v.name}`];
    case "LocalizedText": return v.text === null ? ["null"] : [`${v.text}@${v.locale}`];
    case "StatusCode": return [v.name];
    case "Int64": return [String(v[1])];
    case "NumericRange": return ["1:3"];
    case "Variant": return [v.dataType === opcua.DataType.Null ? "null" : `${opcua.DataType[v.dataType]} ${v.value}`];
    case "DataValue": return [`Double ${v.value.value} ${v.statusCode.name} ${v.sourceTimestamp.toISOString()} ${v.serverTimestamp.toISOString()}`];
    case "ExtensionObject": return leaves(v);
  }
  if (Buffer.isBuffer(v)) return [v.toString("hex").toUpperCase()];
  if (v.schema) return leaves(v);
  return [String(v)];
}

function leaves(object) {
  const found = [];
  for (const field of fieldsOf(object.schema)) {
    const v = object[field.name];
    if (/^(requestHeader|responseHeader|additionalHeader|serviceDiagnostics|stringTable|diagnosticInfo|diagnosticInfos|inputArgumentDiagnosticInfos|serverDiagnosticInfos|dataDiagnosticInfos|operandDiagnosticInfos|elementDiagnosticInfos|selectClauseDiagnosticInfos|addDiagnosticInfos|removeDiagnosticInfos)$/.test(field.name)) continue;
    if (field.isArray) {
      found.push(`#${v ? v.length : 0}`);
      for (const element of v || []) found.push(...leaf(element, field));
    } else {
      found.push(...leaf(v, field));
    }
  }
  return found;
}

function encoded(object) {
  const stream = new BinaryStream(Buffer.alloc(20000));
  object.encode(stream);
  const end = stream.length;
  let start = 0;
  const header = object.requestHeader || object.responseHeader;
  if (header) {
    const skipped = new BinaryStream(Buffer.alloc(20000));
    header.encode(skipped);
    start = skipped.length;
  }
  return stream.buffer.subarray(start, end).toString("hex").toUpperCase();
}

console.log("# As node-opcua encodes them; made by tests/peers/opcua/corpus.js. section (OPC 10000-) | name | bytes | values of the fields in their order");
const all = structures.concat(services.flatMap(([section, name]) => [[section, `${name}Request`], [section, `${name}Response`]]));
for (const [section, ours, theirs] of all) {
  n = 0;
  const object = withoutDiagnostics(make(theirs || ours));
  console.log(`${section} | ${ours} | ${encoded(object)} | ${leaves(object).join(", ")}`);
}
