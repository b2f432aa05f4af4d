using System.Text.Json.Nodes;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Processes;

/// <summary>The variables of one process, as it declares them, and their saved form.</summary>
internal sealed class ProcessVariables
{
    private readonly List<ProcessVariable> all = [];

    public IReadOnlyList<ProcessVariable> All => all;

    /// <summary>A quantity that the process sets.</summary>
    public ProcessVariable Output(string name, TagKind kind, string? unit, LocalText description, TagRange? range = null) =>
        Add(new TagDefinition(name, kind) { Unit = unit, Range = range, Description = description });

    /// <summary>A quantity that the process reads.</summary>
    public ProcessVariable Input(string name, TagValue initial, string? unit, LocalText description, TagRange? range = null)
    {
        var variable = Add(new TagDefinition(name, initial.Kind) { Unit = unit, Range = range, Description = description, Writable = true });
        variable.Value = initial;
        return variable;
    }

    public JsonObject Save()
    {
        var state = new JsonObject();
        foreach (var variable in all)
            state[variable.Name] = variable.Value.Save();
        return state;
    }

    public void Load(JsonNode state)
    {
        foreach (var variable in all)
        {
            if (state[variable.Name] is { } saved)
                variable.Value = TagValue.Load((string)saved!);
        }
    }

    private ProcessVariable Add(TagDefinition definition)
    {
        var variable = new ProcessVariable(definition);
        all.Add(variable);
        return variable;
    }
}
