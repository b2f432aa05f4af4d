using TrainingLab.Identifiers.Handles;

namespace TrainingLab.Identifiers.Nodes;

/// <summary>Who asks.</summary>
/// <param name="Node">Host in the plant from which the question comes.</param>
/// <param name="Account">Account on whose behalf, where one is known.</param>
public sealed record IdentifierPeer(string Node, string? Account);

/// <summary>A question: the values of a handle, all of them or those of the given indexes or types.</summary>
/// <param name="Handle">What is asked for.</param>
/// <param name="Indexes">Value indexes; together with types they are alternatives.</param>
/// <param name="Types">Value types; one ending in a dot includes its subtypes.</param>
/// <param name="Authoritative">Bypass caches.</param>
/// <param name="PublicOnly">Leave out values that are not public, also where their index is asked for; without it such a question answers 402.</param>
/// <param name="Trace">The steps are wanted in the answer. Changes nothing about how it is found.</param>
public sealed record ResolutionRequest(
    Handle Handle,
    IReadOnlyList<int> Indexes,
    IReadOnlyList<string> Types,
    bool Authoritative = false,
    bool PublicOnly = false,
    bool Trace = false)
{
    /// <summary>Asks for every public value.</summary>
    public static ResolutionRequest All(Handle handle) => new(handle, [], []);

    /// <summary>Whether a value is asked for.</summary>
    public bool Wants(HandleValue value)
    {
        if (Indexes.Count == 0 && Types.Count == 0)
            return true;
        foreach (var index in Indexes)
        {
            if (value.Index == index)
                return true;
        }

        foreach (var type in Types)
        {
            if (value.IsOfType(type))
                return true;
        }

        return false;
    }
}

/// <summary>One question on the way to an answer.</summary>
/// <param name="Node">Host that was asked.</param>
/// <param name="Asked">Handle that it was asked for.</param>
/// <param name="Code">What it answered.</param>
/// <param name="ReferredTo">Where it referred to, as <c>host:port</c>.</param>
public sealed record ResolutionStep(string Node, string Asked, ResponseCode Code, string? ReferredTo);

/// <summary>An answer.</summary>
/// <param name="Code">Result.</param>
/// <param name="Handle">What was asked for.</param>
/// <param name="Values">Values found, or for a referral the HS_SITE values of the node referred to.</param>
/// <param name="Message">Why, where the code alone does not say.</param>
public sealed record ResolutionResponse(ResponseCode Code, Handle Handle, IReadOnlyList<HandleValue> Values, string? Message = null)
{
    /// <summary>The steps that a recursive node took; empty for the others.</summary>
    public IReadOnlyList<ResolutionStep> Steps { get; init; } = [];

    /// <summary>Whether the answer came from the recursive node's cache.</summary>
    public bool FromCache { get; init; }

    /// <summary>Address of the node referred to, as <c>host:port</c>; null where this is no referral.</summary>
    public string? Referral => Code is ResponseCode.ServiceReferral or ResponseCode.PrefixReferral && Values.Count > 0 ? Values[0].Data : null;
}
