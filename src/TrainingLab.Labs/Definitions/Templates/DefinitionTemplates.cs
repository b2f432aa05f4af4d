using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions.Templates;

/// <summary>Complete, valid starting points: <c>lab new lab|scenario|device ID</c>.</summary>
public static class DefinitionTemplates
{
    /// <summary>A lab on the bottling line, with guides and submissions.</summary>
    /// <param name="id">Track and name, such as <c>identifiers/my-lab</c>.</param>
    /// <exception cref="ArgumentException">The id is not a track of the curriculum and a name.</exception>
    public static IReadOnlyList<SourceFile> Lab(string id)
    {
        var track = id.Split('/')[0];
        if (id.Count(c => c == '/') != 1 || !TextForms.Matches(TextForm.IdPath, id))
        {
            throw new ArgumentException($"'{id}' is not a track and a name: write lower-case letters, digits and single hyphens, such as identifiers/my-lab.", nameof(id));
        }

        var tracks = Enum.GetNames<LabTrack>().Select(KeyNames.Of).ToList();
        if (!tracks.Contains(track))
        {
            throw new ArgumentException($"'{track}' is not a track; {Nearest.Suggest(track, tracks).En}", nameof(id));
        }

        return Files(LabTemplate.Files, ("ID", id), ("TRACK", track));
    }

    /// <summary>A scenario with one switch, one machine, a broker and the workstation.</summary>
    /// <exception cref="ArgumentException">The id is not lower-case letters, digits and hyphens.</exception>
    public static IReadOnlyList<SourceFile> Scenario(string id) => Files(ScenarioTemplate.Files, ("ID", Checked(id)));

    /// <summary>A device profile with a process, tags, faults, OPC UA and MQTT.</summary>
    /// <exception cref="ArgumentException">The id is not lower-case letters, digits and hyphens.</exception>
    public static IReadOnlyList<SourceFile> Device(string id) => Files(DeviceTemplate.Files, ("ID", Checked(id)));

    private static string Checked(string id) => TextForms.Matches(TextForm.Id, id)
        ? id
        : throw new ArgumentException($"'{id}' is not an id: write {TextForms.Describe(TextForm.Id).En}.", nameof(id));

    // A place that takes a value is written <<NAME>> in path and text.
    private static List<SourceFile> Files(IReadOnlyList<(string Path, string Text)> files, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var filled = new List<SourceFile>();
        foreach (var (path, text) in files)
        {
            var (newPath, newText) = (path, text);
            foreach (var (name, value) in values)
            {
                newPath = newPath.Replace($"<<{name}>>", value, StringComparison.Ordinal);
                newText = newText.Replace($"<<{name}>>", value, StringComparison.Ordinal);
            }

            filled.Add(SourceFile.FromText(newPath, newText + "\n"));
        }

        return filled;
    }
}
