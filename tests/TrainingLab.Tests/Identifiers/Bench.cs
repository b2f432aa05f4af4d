using TrainingLab.Identifiers.Handles;
using TrainingLab.Identifiers.Nodes;

namespace TrainingLab.Tests.Identifiers;

/// <summary>A clock that stands still until it is put forward.</summary>
internal sealed class StandingClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>Nodes that reach each other without a network, and a count of what each was asked.</summary>
internal sealed class Hierarchy : IIdentifierUpstream
{
    public const string Enterprise = "88.104.1201";

    private readonly Dictionary<string, Func<ResolutionRequest, ValueTask<ResolutionResponse?>>> _sites = new(StringComparer.Ordinal);

    public Hierarchy()
    {
        Root = Add("root", NodeRole.Root);
        National = Add("national", NodeRole.National);
        Second = Add("second", NodeRole.SecondLevel);
        Own = Add("own", NodeRole.Enterprise);
        Recursive = new RecursiveNode("recursive", "root:8000", this, Clock);
        Root.Delegate("88", "national:8000");
        National.Home("88");
        National.Delegate("88.104", "second:8000");
        Second.Home("88.104");
        Second.Delegate(Enterprise, "own:8000");
        Own.Home(Enterprise);
    }

    public StandingClock Clock { get; } = new();

    public AuthoritativeNode Root { get; }

    public AuthoritativeNode National { get; }

    public AuthoritativeNode Second { get; }

    public AuthoritativeNode Own { get; }

    public RecursiveNode Recursive { get; }

    /// <summary>Sites that were asked, in order.</summary>
    public List<string> Asked { get; } = [];

    public static IdentifierPeer Peer { get; } = new("workstation", "student");

    /// <summary>Puts a site in place of a node, or none.</summary>
    public void Replace(string site, Func<ResolutionRequest, ResolutionResponse?> answer) => _sites[site] = r => ValueTask.FromResult(answer(r));

    public void Put(string suffix, int index, string type, string data, int ttl = 86400, ValuePermissions permissions = ValuePermissions.Default) =>
        Own.Put(Handle.Parse($"{Enterprise}/{suffix}"), new HandleValue(index, type, data, TimeSpan.FromSeconds(ttl), Clock.Now, permissions));

    public ValueTask<ResolutionResponse> AskAsync(IdentifierNode node, string handle, int[]? indexes = null, string[]? types = null, bool authoritative = false, bool publicOnly = false) =>
        node.ResolveAsync(new ResolutionRequest(Handle.Parse(handle), indexes ?? [], types ?? [], authoritative, publicOnly), Peer, TestContext.Current.CancellationToken);

    async ValueTask<ResolutionResponse?> IIdentifierUpstream.AskAsync(string site, ResolutionRequest request, CancellationToken cancellationToken)
    {
        Asked.Add(site);
        return _sites.TryGetValue(site, out var ask) ? await ask(request) : null;
    }

    private AuthoritativeNode Add(string name, NodeRole role)
    {
        var node = new AuthoritativeNode(name, role, Clock);
        _sites[$"{name}:8000"] = async request => await node.ResolveAsync(request, Peer);
        return node;
    }
}
