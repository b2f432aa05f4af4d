using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainingLab.Labs.Attempts;

/// <summary>The files of one attempt.</summary>
internal sealed class AttemptFiles
{
    private readonly string folder;

    public AttemptFiles(string dataFolder, string attempt)
    {
        folder = Path.Combine(dataFolder, "attempts", attempt);
        Directory.CreateDirectory(folder);
    }

    /// <summary>The evidence.</summary>
    public string Evidence => Path.Combine(folder, "evidence.jsonl");

    private string State => Path.Combine(folder, "state.json");

    /// <summary>Writes the state so that there is always a whole one.</summary>
    public async Task WriteAsync(AttemptSnapshot snapshot)
    {
        var next = State + ".next";
        await using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            await JsonSerializer.SerializeAsync(file, new JsonObject { ["v"] = 1, ["records"] = snapshot.Records, ["factory"] = snapshot.Factory.DeepClone() });
            file.Flush(flushToDisk: true);
        }

        File.Move(next, State, overwrite: true);
    }

    /// <summary>The last state; null where there is none that can be read.</summary>
    public async Task<AttemptSnapshot?> ReadAsync()
    {
        if (!File.Exists(State))
            return null;
        try
        {
            await using var file = File.OpenRead(State);
            var json = await JsonNode.ParseAsync(file);
            return json is JsonObject { } state && (int?)state["v"] == 1
                ? new AttemptSnapshot((long)state["records"]!, state["factory"]!.DeepClone().AsObject())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Forgets the state: the attempt begins from its first one.</summary>
    public void DeleteState() => File.Delete(State);
}
