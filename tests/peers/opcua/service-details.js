// The services of ExaminedServer's machine in detail, right and wrong: views, attributes, methods, what is refused, discovery, history, shelving.
// node opcua/service-details.js <url> --policy NAME --mode MODE --folder FOLDER
const opcua = require("node-opcua");
const { AggregateFunction, AttributeIds, BrowseDirection, DataType, TimestampsToReturn, VariantArrayType } = opcua;
const { UpdateDataDetails } = require("node-opcua-types");
const { clientOptions } = require("./client-options");
const { ask, but, sleep, text } = require("./ask");

const names = (results) => results.map((r) => (r.statusCode ?? r).name.replace(/#.*/, ""));

async function main() {
  const security = await clientOptions();
  const url = process.argv[2];
  const out = {};
  const client = opcua.OPCUAClient.create({ ...security, endpointMustExist: true, connectionStrategy: { maxRetry: 0 } });
  await client.connect(url);
  const session = await client.createSession({ type: opcua.UserTokenType.UserName, userName: "operator", password: "secret" });
  const ns = (await session.readNamespaceArray()).indexOf("urn:test:machine");
  const id = (n) => `ns=${ns};s=Filler${n && "."}${n}`;

  // Views.
  const browse = async (nodeId, more = {}, max = 0) => {
    const r = await ask(session, new opcua.BrowseRequest({
      requestedMaxReferencesPerNode: max, nodesToBrowse: [{ nodeId, referenceTypeId: null, browseDirection: BrowseDirection.Forward, includeSubtypes: true, nodeClassMask: 0, resultMask: 63, ...more }],
    }));
    return typeof r === "string" ? r : r.results[0];
  };
  const targets = (r) => (r.references ?? []).map((x) => x.browseName.name).sort();
  out.onlyVariables = targets(await browse(id(""), { nodeClassMask: 2 }));
  out.inverse = targets(await browse(id("Level"), { browseDirection: BrowseDirection.Inverse, referenceTypeId: "i=33" }));
  out.exactType = targets(await browse(id("Level"), { referenceTypeId: "i=44", includeSubtypes: false }));
  out.withSubtypes = targets(await browse(id("Level"), { referenceTypeId: "i=44" }));
  const masked = (await browse(id(""), { referenceTypeId: "i=47", resultMask: 8 })).references[0];
  out.mask = [masked.browseName.name !== null, masked.displayName.text ?? null, masked.nodeClass, masked.referenceTypeId.toString(), masked.typeDefinition.toString(), masked.isForward];
  const sideways = new opcua.BrowseRequest({ nodesToBrowse: [{ nodeId: id("") }] });
  but(sideways.nodesToBrowse[0], { browseDirection: 3 });
  out.browseErrors = [
    (await browse("i=4711000")).statusCode.name, (await ask(session, sideways)).results[0].statusCode.name, (await browse(id(""), { referenceTypeId: "i=84" })).statusCode.name,
  ];
  out.badView = await ask(session, new opcua.BrowseRequest({ view: { viewId: "i=84" }, nodesToBrowse: [{ nodeId: "i=84" }] }));
  const many = await ask(session, new opcua.BrowseRequest({ requestedMaxReferencesPerNode: 1, nodesToBrowse: Array.from({ length: 25 }, () => ({ nodeId: "i=84", browseDirection: 0, resultMask: 0 })) }));
  out.points = [many.results.filter((r) => r.continuationPoint?.length).length, [...new Set(names(many.results))].sort()];
  const [first, second] = many.results.map((r) => r.continuationPoint);
  const next = async (releaseContinuationPoints, ...continuationPoints) => names((await ask(session, new opcua.BrowseNextRequest({ releaseContinuationPoints, continuationPoints }))).results);
  out.next = [await next(false, first, Buffer.from("nonsense")), await next(true, second), await next(false, second)];
  const translate = async (startingNode, ...elements) => {
    const r = (await ask(session, new opcua.TranslateBrowsePathsToNodeIdsRequest({ browsePaths: [{ startingNode, relativePath: { elements } }] }))).results[0];
    return r.statusCode.isGood() ? r.targets.map((t) => t.targetId.toString()) : r.statusCode.name;
  };
  const step = (name, referenceTypeId = "i=33", isInverse = false, includeSubtypes = true, index = ns) => ({ referenceTypeId, isInverse, includeSubtypes, targetName: { namespaceIndex: index, name } });
  out.paths = [
    await translate("i=85", step("Filler"), step("Level")), await translate(id("Level"), step("Filler", "i=33", true)), await translate("i=85", step("Filler", "i=33", false, false)),
    await translate("i=85", step("Nowhere")), await translate("i=85"), await translate("i=85", step(null)), await translate("i=1", step("Filler")), await translate("i=85", step("Filler", "i=84")),
  ];
  const registered = await ask(session, new opcua.RegisterNodesRequest({ nodesToRegister: [id("Level"), "i=2258"] }));
  out.registered = names(await session.read(registered.registeredNodeIds.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value }))));
  out.unregistered = (await ask(session, new opcua.UnregisterNodesRequest({ nodesToUnregister: registered.registeredNodeIds }))).constructor.name;

  // Reading.
  const read = async (nodesToRead, more = {}) => {
    const r = await ask(session, but(new opcua.ReadRequest({ maxAge: 0, timestampsToReturn: TimestampsToReturn.Both, nodesToRead }), more));
    return typeof r === "string" ? r : r.results;
  };
  const value = (nodeId, more = {}) => ({ nodeId, attributeId: AttributeIds.Value, ...more });
  out.ranges = (await read(["1:2", "3", "2:9", "4:5", "2:1", "x", "1:2,0"].map((indexRange) => value(id("Counts"), { indexRange })))).map((v) => (v.statusCode.isGood() ? Array.from(v.value.value).join() : v.statusCode.name));
  out.textRange = (await read([value(id("Name"), { indexRange: "1:3" })]))[0].value.value;
  out.scalarRange = names(await read([value(id("Level"), { indexRange: "0" })]));
  const encoding = (name, namespaceIndex = 0) => ({ dataEncoding: { namespaceIndex, name } });
  out.encodings = names(await read([
    value(id("Level"), encoding("Default Binary")), value(id("Level"), encoding("Modbus")), value("i=2256", encoding("Default Binary")), value("i=2256", encoding("Default XML")),
    { nodeId: id("Level"), attributeId: AttributeIds.DisplayName, ...encoding("Default Binary") },
  ]));
  out.readErrors = [await read([value(id("Level"))], { maxAge: -1 }), await read([value(id("Level"))], { timestampsToReturn: 4 }), await read([])];
  out.attributeErrors = names(await read([value("i=4711000"), { nodeId: id("Level"), attributeId: AttributeIds.EventNotifier }, value(id(""))]));
  const strange = new opcua.ReadRequest({ maxAge: 0, timestampsToReturn: 0, nodesToRead: [value(id("Level"))] });
  but(strange.nodesToRead[0], { attributeId: 99 });
  out.attributeErrors.push(...names((await ask(session, strange)).results));
  const times = [];
  for (const timestampsToReturn of [0, 1, 2, 3]) {
    const v = (await read([value(id("Level"))], { timestampsToReturn }))[0];
    times.push(`${v.sourceTimestamp ? "s" : ""}${v.serverTimestamp ? "v" : ""}`);
  }
  out.times = times;
  out.aged = names(await read([value(id("Level"))], { maxAge: 1e9 }));

  // Writing.
  const write = async (nodeId, dataType, v, more = {}, ofValue = {}) => {
    const r = await ask(session, new opcua.WriteRequest({ nodesToWrite: [{ nodeId, attributeId: AttributeIds.Value, value: { value: { dataType, value: v, ...more.variant }, ...ofValue }, ...more.node }] }));
    return typeof r === "string" ? r : r.results[0].name;
  };
  const list = { variant: { arrayType: VariantArrayType.Array } };
  out.writes = [
    await write(id("Level"), DataType.Double, 55), await write(id("Level"), DataType.String, "x"), await write(id("Level"), DataType.Double, [1, 2], list), await write(id("Name"), DataType.String, "x"),
    await write("i=4711000", DataType.Double, 1), await write(id("Level"), DataType.Double, 55, {}, { statusCode: opcua.StatusCodes.BadSensorFailure }),
    await write(id("Level"), DataType.Double, 55, {}, { sourceTimestamp: new Date(0) }),
    await write(id("Counts"), DataType.Int32, Int32Array.from([8, 9]), { ...list, node: { indexRange: "1:2" } }), await write(id("Counts"), DataType.Int32, Int32Array.from([8]), { ...list, node: { indexRange: "1:2" } }),
    await write(id("Counts"), DataType.Int32, Int32Array.from([8]), { ...list, node: { indexRange: "9" } }), await write(id("Counts"), DataType.Int32, Int32Array.from([8]), { ...list, node: { indexRange: "a" } }),
  ];
  out.written = Array.from((await read([value(id("Counts"))]))[0].value.value);
  const attributes = await ask(session, new opcua.WriteRequest({
    nodesToWrite: Array.from({ length: 27 }, (_, i) => i + 1).filter((a) => a !== 13).map((attributeId) => ({ nodeId: id("Level"), attributeId, value: { value: { dataType: DataType.UInt32, value: 1 } } })),
  }));
  out.attributeWrites = Object.fromEntries([...new Set(names(attributes.results))].sort().map((n) => [n, names(attributes.results).filter((x) => x === n).length]));

  // Methods.
  const call = async (objectId, methodId, ...inputArguments) => {
    const r = await session.call({ objectId, methodId, inputArguments });
    return r.statusCode.name;
  };
  out.calls = [
    await call(id(""), id("Start")), await call(id(""), id("Start"), { dataType: DataType.Double, value: 1 }), await call("i=85", id("Start")), await call("i=4711000", id("Start")), await call(id(""), id("Level")),
    await call("i=2253", "i=11492"), await call("i=2253", "i=11492", { dataType: DataType.String, value: "x" }),
  ];

  // What a machine does not do.
  const status = async (request) => {
    const r = await ask(session, request);
    return typeof r === "string" ? r : names(r.results);
  };
  out.refused = [
    await status(new opcua.AddNodesRequest({ nodesToAdd: [{ parentNodeId: "i=85", referenceTypeId: "i=35", requestedNewNodeId: null, browseName: { name: "x" }, nodeClass: 1, typeDefinition: "i=58" }] })),
    await status(new opcua.AddReferencesRequest({ referencesToAdd: [{ sourceNodeId: "i=85", referenceTypeId: "i=35", isForward: true, targetNodeId: "i=84", targetNodeClass: 1 }] })),
    await status(new opcua.DeleteNodesRequest({ nodesToDelete: [{ nodeId: id("Level"), deleteTargetReferences: true }] })),
    await status(new opcua.DeleteReferencesRequest({ referencesToDelete: [{ sourceNodeId: "i=85", referenceTypeId: "i=35", isForward: true, targetNodeId: id("") }] })),
    await status(new opcua.QueryFirstRequest({ nodeTypes: [] })),
    await status(new opcua.QueryNextRequest({})),
    await status(new opcua.HistoryUpdateRequest({ historyUpdateDetails: [new UpdateDataDetails({ nodeId: id("Level"), performInsertReplace: 1, updateValues: [] })] })),
    await status(new opcua.RegisterServerRequest({})),
    await status(new opcua.BrowseRequest({ nodesToBrowse: [] })),
  ];

  // Discovery.
  const discover = async (request) => ask(session, request);
  out.discovery = [
    (await discover(new opcua.FindServersRequest({ endpointUrl: url, serverUris: [] }))).servers.map((s) => s.applicationUri),
    (await discover(new opcua.FindServersRequest({ endpointUrl: url, serverUris: ["urn:another"] }))).servers?.length ?? 0,
    (await discover(new opcua.FindServersRequest({ endpointUrl: url, serverUris: ["urn:another", "urn:test:filler-1"] }))).servers.length,
    (await discover(new opcua.GetEndpointsRequest({ endpointUrl: url, profileUris: [] }))).endpoints.length,
    (await discover(new opcua.GetEndpointsRequest({ endpointUrl: url, profileUris: ["http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary"] }))).endpoints.length,
    (await discover(new opcua.GetEndpointsRequest({ endpointUrl: url, profileUris: ["http://opcfoundation.org/UA-Profile/Transport/https-uabinary"] }))).endpoints?.length ?? 0,
  ];

  // History: the values are 0, 10, 20, bad, 40 … 90, one a minute.
  const start = new Date("2026-01-05T07:00:00Z").getTime();
  const minute = (n) => new Date(start + n * 60000);
  const history = async (details, more = {}) => {
    const r = await ask(session, new opcua.HistoryReadRequest({
      historyReadDetails: details, timestampsToReturn: TimestampsToReturn.Source, releaseContinuationPoints: false, nodesToRead: [{ nodeId: id("Level"), ...more.node }], ...more.request,
    }));
    if (typeof r === "string") return { status: r };
    const [result] = r.results;
    const values = (result.historyData?.dataValues ?? []).map((v) => `${(v.sourceTimestamp.getTime() - start) / 60000}:${text(v)}`);
    return { status: result.statusCode.name, values, raw: result.historyData?.dataValues, point: result.continuationPoint };
  };
  const raw = (from, to, numValuesPerNode = 0, returnBounds = false) =>
    new opcua.ReadRawModifiedDetails({ isReadModified: false, startTime: from === null ? null : minute(from), endTime: to === null ? null : minute(to), numValuesPerNode, returnBounds });
  out.raw = [
    (await history(raw(1, 4))).values, (await history(raw(4, 1))).values, (await history(raw(1.5, 2.5, 0, true))).values, (await history(raw(8.5, 20, 0, true))).values, (await history(raw(7, null, 2))).values,
    (await history(raw(null, 2, 2))).values, (await history(raw(20, 30))).status,
  ];
  const pages = [await history(raw(0, 9, 4))];
  pages.push(await history(raw(0, 9, 4), { node: { continuationPoint: pages[0].point } }));
  const released = await history(raw(0, 9, 4), { node: { continuationPoint: pages[1].point }, request: { releaseContinuationPoints: true } });
  const used = await history(raw(0, 9, 4), { node: { continuationPoint: pages[1].point } });
  out.pages = [pages[0].values, pages[1].values, released.status, used.status];
  out.historyErrors = [
    (await history(raw(0, null))).status, (await history(raw(0, 9), { request: { timestampsToReturn: TimestampsToReturn.Neither } })).status, (await history(raw(0, 9), { node: { nodeId: id("Setpoint") } })).status,
    (await history(raw(0, 9), { node: { nodeId: "i=4711000" } })).status, (await history(raw(0, 9), { node: { indexRange: "x" } })).status, (await history(raw(0, 9), { node: { dataEncoding: { name: "Modbus" } } })).status,
    (await history(new opcua.ReadAtTimeDetails({ reqTimes: [minute(1)] }))).status,
    (await history(new opcua.ReadRawModifiedDetails({ isReadModified: true, startTime: minute(0), endTime: minute(9) }))).status,
  ];
  const aggregate = async (fn, from, to, minutes, configuration = { useServerCapabilitiesDefaults: true }) => {
    const r = await history(new opcua.ReadProcessedDetails({
      startTime: minute(from), endTime: minute(to), processingInterval: minutes * 60000, aggregateType: [fn], aggregateConfiguration: configuration,
    }));
    return r.raw ? r.raw.map((v) => `${(v.sourceTimestamp.getTime() - start) / 60000}:${text(v)} ${(v.statusCode.value >>> 0).toString(16)}`) : r.status;
  };
  const at = (n) => opcua.resolveNodeId(`i=${n}`);
  out.aggregates = {
    average: await aggregate(at(2342), 4, 9, 2), backwards: await aggregate(at(2342), 9, 4, 2), badInside: await aggregate(at(2342), 2, 5, 3),
    tolerant: await aggregate(at(2342), 2, 5, 3, { useServerCapabilitiesDefaults: false, treatUncertainAsBad: true, percentDataBad: 100, percentDataGood: 50, useSlopedExtrapolation: false }),
    interpolated: await aggregate(at(2341), 2.5, 5.5, 1), minimum: await aggregate(at(2346), 4, 7, 3), count: await aggregate(at(2352), 2, 5, 3), nothing: await aggregate(at(2342), 20, 22, 1),
    unsupported: await aggregate(at(2343), 0, 9, 1), same: await aggregate(at(2342), 1, 1, 1),
    silly: await aggregate(at(2342), 0, 9, 1, { useServerCapabilitiesDefaults: false, treatUncertainAsBad: true, percentDataBad: 200, percentDataGood: 50, useSlopedExtrapolation: false }),
  };
  out.mismatch = (await history(new opcua.ReadProcessedDetails({ startTime: minute(0), endTime: minute(9), processingInterval: 60000, aggregateType: [], aggregateConfiguration: {} }))).status;

  // Shelving.
  const alarm = id("Alarms.Level");
  const shelving = (await session.translateBrowsePath(opcua.makeBrowsePath(alarm, "/ShelvingState"))).targets[0].targetId;
  const state = async () => {
    const found = await session.translateBrowsePath(opcua.makeBrowsePath(shelving, "/CurrentState"));
    return (await session.read({ nodeId: found.targets[0].targetId, attributeId: AttributeIds.Value })).value.value.text;
  };
  const duration = (v) => ({ dataType: DataType.Double, value: v });
  out.shelving = [
    await state(), await call(shelving, "i=2949", duration(1e9)), await call(shelving, "i=2949", duration(700)), await state(), await call(shelving, "i=2949", duration(700)),
  ];
  await sleep(1500);
  out.shelving.push(await state(), await call(shelving, "i=2947"), await call(shelving, "i=2948"), await state(), await call(shelving, "i=2948"), await call(shelving, "i=2947"), await state());

  await session.close();
  await client.disconnect();
  console.log(JSON.stringify(out));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
