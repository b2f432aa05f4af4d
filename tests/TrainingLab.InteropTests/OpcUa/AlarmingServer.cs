using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Events.Conditions;
using TrainingLab.OpcUa.History;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>A machine with an alarm on a level that can be written, and ten minutes of the level's past: 0, 10, 20 … 90.</summary>
internal static class AlarmingServer
{
    public static readonly DateTime Start = new(2026, 1, 5, 7, 0, 0, DateTimeKind.Utc);

    public static OpcUaServer Create(ServerSecurity? security = null)
    {
        var space = new AddressSpace("urn:test:filler-1", FillerServer.MachineUri);
        var past = new Past();
        var server = new OpcUaServer(new OpcUaServerOptions { ApplicationName = "Filler 1", History = past, Security = security }, space, TimeProvider.System);
        var machine = space.AddObject(ObjectIds.ObjectsFolder, FillerServer.Id("Filler"), "Filler");
        machine.EventNotifier = 1;
        space.AddReference(ObjectIds.Server, ReferenceTypeIds.HasNotifier, machine.Id);
        var level = space.AddVariable(machine.Id, FillerServer.Id("Filler.Level"), "Level", BuiltInType.Double, new VariableOptions { Writable = true, InitialValue = 50.0, Range = new UaRange(0, 100) });
        space.AddVariable(machine.Id, FillerServer.Id("Filler.Setpoint"), "Setpoint", BuiltInType.Double, new VariableOptions { Writable = true, InitialValue = 50.0 });
        space.AddHistory(level);
        past.Level = level;
        server.Conditions.Add(new LimitAlarm(
            server,
            new AlarmOptions
            {
                Id = FillerServer.Id("Filler.Alarms.Level"),
                Name = "LowLevel",
                Parent = machine.Id,
                Source = machine,
                Input = level,
                Messages = [new LocalizedText("Product is running low", "en"), new LocalizedText("料液不足", "zh")],
            },
            highHigh: null, high: null, low: new AlarmLimit(20, 600), lowLow: new AlarmLimit(5, 900), deadband: 1));
        server.Conditions.Start();
        return server;
    }

    private sealed class Past : IHistorySource
    {
        public VariableNode? Level { get; set; }

        public bool Keeps(VariableNode variable) => variable == Level;

        public ValueTask<HistoryPage> ReadAsync(HistoryQuery query, CancellationToken cancellationToken)
        {
            var values = Enumerable.Range(0, 10).Select(static i => new DataValue(i * 10.0, StatusCodes.Good, Start.AddMinutes(i)))
                .Where(v => v.SourceTimestamp >= query.From && v.SourceTimestamp <= query.To);
            return ValueTask.FromResult(new HistoryPage(StatusCodes.Good, [.. (query.NewestFirst ? values.Reverse() : values).Take(query.Max)]));
        }
    }
}
