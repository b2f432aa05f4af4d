using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Identifiers.Handles;

namespace TrainingLab.Identifiers.Nodes;

/// <summary>A node with a store of its own: root, national, second-level or enterprise. It answers for the prefixes that it is home to, and refers to the
/// node below for those that it has delegated.</summary>
/// <remarks>A delegation is a handle <c>0.NA/prefix</c> with an HS_SITE value. Delegation alone is not enough to be answered: the node
/// below must also be <see cref="Home">home</see> to the prefix, or it answers 301. A node allocates the prefixes below those that it is home to; for one that it
/// has not allocated it answers 100.</remarks>
public sealed class AuthoritativeNode(string name, NodeRole role, TimeProvider time, IIdentifierObserver? observer = null)
    : IdentifierNode(name, role, time, observer)
{
    private readonly SortedSet<string> _homed = new(AsciiCase.Comparer);
    private readonly Dictionary<Handle, SortedDictionary<int, HandleValue>> _handles = [];

    /// <summary>Prefixes that the node answers for.</summary>
    public IReadOnlyCollection<string> Homed => _homed;

    /// <summary>Handles in the store.</summary>
    public int Count => _handles.Count;

    /// <summary>Makes the node answer for a prefix.</summary>
    public void Home(string prefix) => _homed.Add(prefix);

    /// <summary>Makes the node refuse a prefix again; its handles stay stored.</summary>
    public bool Unhome(string prefix) => _homed.Remove(prefix);

    /// <summary>Refers questions below a prefix to another node.</summary>
    /// <param name="prefix">Prefix handed down.</param>
    /// <param name="site">The node below, as <c>host:port</c>.</param>
    public void Delegate(string prefix, string site) =>
        Put(Handle.OfPrefix(prefix), new HandleValue(1, HandleValue.SiteType, site, TimeSpan.FromDays(1), Now));

    /// <summary>Stores a value, in place of one with the same index.</summary>
    public void Put(Handle handle, HandleValue value)
    {
        if (!_handles.TryGetValue(handle, out var values))
            _handles[handle] = values = [];
        values[value.Index] = value;
    }

    /// <summary>Removes a handle with all its values.</summary>
    public bool Remove(Handle handle) => _handles.Remove(handle);

    /// <summary>Every value of a handle, restricted ones too; empty where it is not stored.</summary>
    public IReadOnlyCollection<HandleValue> Stored(Handle handle) => _handles.TryGetValue(handle, out var values) ? values.Values : [];

    private protected override ValueTask<ResolutionResponse> AnswerAsync(ResolutionRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Answer(request));

    private ResolutionResponse Answer(ResolutionRequest request)
    {
        var handle = request.Handle;
        if (_handles.TryGetValue(handle, out var values) && (IsHome(handle.Prefix) || IsDelegation(handle)))
            return Select(request, values.Values);
        if (FindDelegation(PrefixOf(handle)) is { } site)
            return new ResolutionResponse(ResponseCode.PrefixReferral, handle, [site]);
        if (IsHome(PrefixOf(handle)))
            return new ResolutionResponse(ResponseCode.HandleNotFound, handle, []);
        return Role == NodeRole.Root || AllocatesFor(PrefixOf(handle))
            ? new ResolutionResponse(ResponseCode.HandleNotFound, handle, [], $"prefix {PrefixOf(handle)} has not been allocated")
            : new ResolutionResponse(ResponseCode.ServerNotResponsible, handle, [], $"{Name} is not home to prefix {PrefixOf(handle)}");
    }

    private static ResolutionResponse Select(ResolutionRequest request, IEnumerable<HandleValue> values)
    {
        var found = new List<HandleValue>();
        var restricted = false;
        foreach (var value in values)
        {
            if (!request.Wants(value))
                continue;
            if (value.IsPublic)
                found.Add(value);
            else
                restricted |= !request.PublicOnly && request.Indexes.Contains(value.Index);
        }

        if (found.Count > 0)
            return new ResolutionResponse(ResponseCode.Success, request.Handle, found);
        return restricted
            ? new ResolutionResponse(ResponseCode.AuthenticationNeeded, request.Handle, [], "the value is not public")
            : new ResolutionResponse(ResponseCode.ValuesNotFound, request.Handle, []);
    }

    /// <summary>The prefix that a question is about: for <c>0.NA/88.104</c> that is <c>88.104</c>.</summary>
    private static string PrefixOf(Handle handle) =>
        IsDelegation(handle) ? handle.Suffix : handle.Prefix;

    private static bool IsDelegation(Handle handle) => AsciiCase.Equal(handle.Prefix, Handle.NamingAuthority);

    private bool IsHome(string prefix) => _homed.Contains(prefix);

    /// <summary>Whether the node is home to a prefix above this one, and so would know the prefix if there were such a one.</summary>
    private bool AllocatesFor(string prefix)
    {
        for (var at = prefix.LastIndexOf('.'); at > 0; at = prefix.LastIndexOf('.', at - 1))
        {
            if (IsHome(prefix[..at]))
                return true;
        }

        return false;
    }

    /// <summary>The delegation with the longest prefix that covers the question.</summary>
    private HandleValue? FindDelegation(string prefix)
    {
        for (var at = prefix.Length; at > 0; at = prefix.LastIndexOf('.', at - 1))
        {
            if (_handles.TryGetValue(Handle.OfPrefix(prefix[..at]), out var values))
            {
                foreach (var value in values.Values)
                {
                    if (value.IsOfType(HandleValue.SiteType))
                        return value;
                }
            }
        }

        return null;
    }

    public override JsonObject Save()
    {
        var handles = new JsonObject();
        foreach (var (handle, values) in _handles.OrderBy(h => h.Key.ToString(), StringComparer.Ordinal))
        {
            handles[handle.ToString()] = new JsonArray([.. values.Values.Select(v => (JsonNode)new JsonObject
            {
                ["index"] = v.Index,
                ["type"] = v.Type,
                ["data"] = v.Data,
                ["ttl"] = v.Ttl.Ticks,
                ["timestamp"] = v.Timestamp.ToString("O", CultureInfo.InvariantCulture),
                ["permissions"] = (int)v.Permissions,
            })]);
        }

        return new JsonObject
        {
            ["v"] = 1,
            ["homed"] = new JsonArray([.. _homed.Select(p => (JsonNode)JsonValue.Create(p)!)]),
            ["handles"] = handles,
            ["log"] = Log.Save(),
        };
    }

    public override void Load(JsonObject state)
    {
        if ((int?)state["v"] != 1)
            throw new FormatException("The state of an identifier node is version 1.");
        _homed.Clear();
        _handles.Clear();
        foreach (var prefix in state["homed"]!.AsArray())
            _homed.Add((string)prefix!);
        foreach (var (handle, values) in state["handles"]!.AsObject())
        {
            foreach (var v in values!.AsArray())
            {
                Put(Handle.Parse(handle), new HandleValue(
                    (int)v!["index"]!,
                    (string)v["type"]!,
                    (string)v["data"]!,
                    TimeSpan.FromTicks((long)v["ttl"]!),
                    DateTimeOffset.Parse((string)v["timestamp"]!, CultureInfo.InvariantCulture),
                    (ValuePermissions)(int)v["permissions"]!));
            }
        }

        Log.Load(state["log"]!);
    }
}
