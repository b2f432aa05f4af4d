using System.Text.Json.Nodes;

namespace TrainingLab.Factory;

/// <summary>A part of a factory that lives on a node of the plant.</summary>
public interface IFactoryComponent
{
    /// <summary>Name under which its state and inputs are kept, such as <c>broker/broker</c>.</summary>
    string Name { get; }

    /// <summary>Begins to listen and to work.</summary>
    void Start();

    /// <summary>State that a resumed factory needs; connections are not part of it.</summary>
    JsonNode Save();

    /// <summary>Takes over a saved state; before <see cref="Start"/>, or in between, when connections are closed.</summary>
    void Load(JsonNode state);

    /// <summary>Does a recorded change again.</summary>
    ValueTask ApplyAsync(JsonObject payload);

    /// <summary>What a state check may read at a path below the component; null where there is nothing.</summary>
    JsonNode? Read(ReadOnlySpan<string> path);
}
