namespace TrainingLab.OpcUa.Nodes.Models;

/// <summary>
/// The companion specifications that are part of the program: tables of their published ids, names, classes, types and references, like that of namespace 0.
/// Each is loaded when a server first wants it.
/// </summary>
public static class CompanionModels
{
    /// <summary>Devices (OPC 10000-100).</summary>
    public const string Di = "http://opcfoundation.org/UA/DI/";

    /// <summary>Industrial Automation (OPC 10000-200).</summary>
    public const string Ia = "http://opcfoundation.org/UA/IA/";

    /// <summary>Machinery basic building blocks (OPC 40001-1).</summary>
    public const string Machinery = "http://opcfoundation.org/UA/Machinery/";

    /// <summary>Machinery job management (OPC 40001-3).</summary>
    public const string MachineryJobs = "http://opcfoundation.org/UA/Machinery/Jobs/";

    /// <summary>Machinery process values (OPC 40001-2).</summary>
    public const string MachineryProcessValues = "http://opcfoundation.org/UA/Machinery/ProcessValues/";

    /// <summary>ISA-95 job control (OPC 10031-4).</summary>
    public const string JobControl = "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/";

    /// <summary>PackML (OPC 30050).</summary>
    public const string PackML = "http://opcfoundation.org/UA/PackML/";

    /// <summary>Machine tools (OPC 40501-1).</summary>
    public const string MachineTool = "http://opcfoundation.org/UA/MachineTool/";

    /// <summary>Process automation devices (OPC 30081).</summary>
    public const string Padim = "http://opcfoundation.org/UA/PADIM/";

    /// <summary>Dictionary entries with IRDIs (OPC 10000-19).</summary>
    public const string Irdi = "http://opcfoundation.org/UA/Dictionary/IRDI";

    private static readonly Dictionary<string, IModelSource> Sources =
        new[] { "DI", "IA", "Machinery", "MachineryJobs", "MachineryProcessValues", "JobControl", "PackML", "MachineTool", "PADIM", "IRDI" }
            .Select(static name => (IModelSource)new Table(name))
            .SelectMany(static s => s.Uris.Select(uri => (Uri: uri, Source: s)))
            .ToDictionary(static p => p.Uri, static p => p.Source, StringComparer.Ordinal);

    /// <summary>The URIs of all of them.</summary>
    public static IReadOnlyCollection<string> Uris => Sources.Keys;

    /// <summary>A companion specification by its namespace URI, or null.</summary>
    public static IModelSource? Find(string uri) => Sources.GetValueOrDefault(uri);

    private sealed class Table : IModelSource
    {
        private readonly string _name;
        private readonly IReadOnlyList<string> _namespaceUris;

        public Table(string name)
        {
            _name = name;
            using var stream = Open();
            (_namespaceUris, var models) = ModelTable.ReadHead(stream);
            Uris = [.. models.Select(static m => m.Uri)];
            Required = [.. models.SelectMany(static m => m.Required).Where(r => !Uris.Contains(r, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal)];
        }

        public IReadOnlyList<string> Uris { get; }

        public IReadOnlyList<string> Required { get; }

        public override string ToString() => _name;

        IReadOnlyList<NodeDraft> IModelSource.Read(Func<string, ushort?> indexOf, NodeSetMistakes mistakes)
        {
            using var stream = Open();
            return ModelTable.Read(stream, [0, .. _namespaceUris.Select(uri => indexOf(uri) ?? throw new InvalidDataException($"The table {_name} needs {uri}"))]);
        }

        private Stream Open() => typeof(Table).Assembly.GetManifestResourceStream($"Companions.{_name}.tsv")!;
    }
}
