// The machine of the servers here: a speed with a range, a setpoint, fifty tags, a method; and a tank whose level has an alarm and a past.
const opcua = require("node-opcua");
const { DataType, StatusCodes, Variant } = opcua;

// The level was 0, 10, 20 … 90, a minute each, from then on.
const start = new Date("2026-01-05T07:00:00Z");

exports.addMachine = (server) => {
  const addressSpace = server.engine.addressSpace;
  const namespace = addressSpace.getOwnNamespace();
  const objects = addressSpace.rootFolder.objects;
  const machine = namespace.addObject({ organizedBy: objects, browseName: "Machine", nodeId: "s=Machine" });
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

  addressSpace.installAlarmsAndConditionsService();
  const tank = namespace.addObject({ organizedBy: objects, browseName: "Tank", nodeId: "s=Tank", eventSourceOf: addressSpace.rootFolder.objects.server });
  const level = namespace.addVariable({ componentOf: tank, browseName: "Level", nodeId: "s=Level", dataType: "Double", eventSourceOf: tank, accessLevel: "CurrentRead | CurrentWrite | HistoryRead", historizing: true });
  addressSpace.installHistoricalDataNode(level, { maxOnlineValues: 100 });
  for (let i = 0; i < 10; i++) {
    level.setValueFromSource({ dataType: DataType.Double, value: i * 10 }, StatusCodes.Good, new Date(start.getTime() + i * 60000));
  }
  level.setValueFromSource({ dataType: DataType.Double, value: 50 });
  namespace.instantiateExclusiveLimitAlarm("ExclusiveLimitAlarmType", {
    browseName: "LevelAlarm", nodeId: "s=LevelAlarm", componentOf: tank, conditionSource: level, inputNode: level, lowLimit: 20, lowLowLimit: 5, highLimit: 95, highHighLimit: 99,
    optionals: ["ConfirmedState", "Confirm"],
  });
};
