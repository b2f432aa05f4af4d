using System.Text.Json.Nodes;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions.Scenarios;

namespace TrainingLab.Labs.Evidence.Records;

/// <summary><c>fault</c>, sealed: an instructor has switched a fault of a machine or the broker. What it is, the student has to find out.</summary>
/// <param name="By">The instructor's account.</param>
/// <param name="Device">The machine, or the broker.</param>
/// <param name="Fault">The fault's name in its profile, or in the scenario.</param>
/// <param name="On">On or off; null leaves it to the scenario's schedule again.</param>
public sealed record FaultSwitched(string By, string Device, string Fault, bool? On) : EvidenceBody
{
    internal const string Name = "fault";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        secret["by"] = By;
        secret["device"] = Device;
        secret["fault"] = Fault;
        secret["on"] = On;
    }

    /// <summary>The change in the factory; done again when the attempt comes back after a crash.</summary>
    internal FactoryInput ToInput(ScenarioDefinition scenario) =>
        new(scenario.Services.Broker?.Id == Device ? $"broker/{Device}" : $"device/{Device}", new JsonObject { ["fault"] = Fault, ["on"] = On });

    internal static FaultSwitched Read(JsonObject open, JsonObject secret) =>
        new(secret.Text("by"), secret.Text("device"), secret.Text("fault"), secret["on"]?.GetValue<bool>());
}
