using System.Text.Json.Nodes;
using TrainingLab.Identifiers.Handles;

namespace TrainingLab.Identifiers.Nodes;

/// <summary>Asks another node, over whatever network lies between.</summary>
public interface IIdentifierUpstream
{
    /// <summary>Asks the node at <paramref name="site"/> (<c>host:port</c>).</summary>
    /// <returns>Its answer, or null where it cannot be reached.</returns>
    ValueTask<ResolutionResponse?> AskAsync(string site, ResolutionRequest request, CancellationToken cancellationToken);
}

/// <summary>A node without a store: it starts at the root, follows referrals down the hierarchy, and keeps public values for their time to live.</summary>
/// <remarks>Negative answers are not kept. An authoritative question goes past the cache, and its answer replaces what was kept.</remarks>
public sealed class RecursiveNode(string name, string rootSite, IIdentifierUpstream upstream, TimeProvider time, IIdentifierObserver? observer = null)
    : IdentifierNode(name, NodeRole.Recursive, time, observer)
{
    /// <summary>Questions asked for one answer before it gives up with <see cref="ResponseCode.RecursionLimit"/>.</summary>
    public const int MaxSteps = 40;

    /// <summary>Answers kept at the same time; beyond that the oldest goes first.</summary>
    public const int MaxCached = 10_000;

    /// <summary>Longest time that a value is kept, whatever its own time to live.</summary>
    public static readonly TimeSpan MaxTtl = TimeSpan.FromHours(1);

    private readonly AnswerCache _cache = new(MaxCached, MaxTtl);

    /// <summary>Answers kept now, expired ones included until they are asked for again.</summary>
    public int Cached => _cache.Count;

    /// <summary>Forgets every cached answer.</summary>
    public void Flush() => _cache.Clear();

    private protected override async ValueTask<ResolutionResponse> AnswerAsync(ResolutionRequest request, CancellationToken cancellationToken)
    {
        if (!request.Authoritative && _cache.Find(request, Now) is { } kept)
            return kept with { Handle = request.Handle, FromCache = true, Steps = [] };
        var answer = await FollowAsync(request, cancellationToken);
        _cache.Put(request, answer, Now);
        return answer;
    }

    private async ValueTask<ResolutionResponse> FollowAsync(ResolutionRequest request, CancellationToken cancellationToken)
    {
        var steps = new List<ResolutionStep>();
        var asked = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var site = rootSite;
        while (steps.Count < MaxSteps)
        {
            if (!asked.Add(site))
                return Failed(ResponseCode.RecursionLimit, $"{site} was referred to twice: the delegation is a loop");
            var answer = await upstream.AskAsync(site, request, cancellationToken);
            if (answer is null)
            {
                steps.Add(new ResolutionStep(HostOf(site), request.Handle.ToString(), ResponseCode.Error, null));
                return Failed(ResponseCode.Error, $"{site} does not answer");
            }

            steps.Add(new ResolutionStep(HostOf(site), request.Handle.ToString(), answer.Code, answer.Referral));
            if (answer.Referral is { } next)
                site = next;
            else if (answer.Code is ResponseCode.ServiceReferral or ResponseCode.PrefixReferral)
                return Failed(ResponseCode.Error, $"{site} refers to another node but does not say which");
            else
                return answer with { Steps = steps };
        }

        return Failed(ResponseCode.RecursionLimit, $"no answer after {MaxSteps} questions");

        ResolutionResponse Failed(ResponseCode code, string why) => new(code, request.Handle, [], why) { Steps = steps };
    }

    private static string HostOf(string site)
    {
        var colon = site.LastIndexOf(':');
        return colon < 0 ? site : site[..colon];
    }

    /// <inheritdoc/>
    public override JsonObject Save() => new() { ["v"] = 1, ["log"] = Log.Save(), ["cache"] = _cache.Save() };

    /// <inheritdoc/>
    public override void Load(JsonObject state)
    {
        if ((int?)state["v"] != 1)
            throw new FormatException("The state of a recursive node is version 1.");
        _cache.Load(state["cache"]!.AsArray());
        Log.Load(state["log"]!);
    }
}
