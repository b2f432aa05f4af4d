using System.Text.Json.Nodes;
using TrainingLab.Identifiers.Handles;

namespace TrainingLab.Identifiers.Nodes;

/// <summary>Place of a node in the hierarchy.</summary>
public enum NodeRole
{
    Root,
    National,
    SecondLevel,
    Enterprise,
    Recursive,
}

/// <summary>Told of every answer, before it leaves. Runs on the factory's serial context.</summary>
public interface IIdentifierObserver
{
    /// <summary>A question was answered.</summary>
    ValueTask ResolvedAsync(string node, IdentifierPeer peer, ResolutionRequest request, ResolutionResponse answer);
}

/// <summary>Any node that answers questions.</summary>
public abstract class IdentifierNode
{
    private readonly TimeProvider _time;
    private readonly IIdentifierObserver? _observer;

    private protected IdentifierNode(string name, NodeRole role, TimeProvider time, IIdentifierObserver? observer)
    {
        Name = name;
        Role = role;
        _time = time;
        _observer = observer;
    }

    /// <summary>Host name of the node.</summary>
    public string Name { get; }

    /// <summary>Place in the hierarchy.</summary>
    public NodeRole Role { get; }

    /// <summary>The questions answered.</summary>
    public QueryLog Log { get; } = new();

    private protected DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Answers a question, logs it and tells the observer.</summary>
    public async ValueTask<ResolutionResponse> ResolveAsync(ResolutionRequest request, IdentifierPeer peer, CancellationToken cancellationToken = default)
    {
        var answer = await AnswerAsync(request, cancellationToken);
        Log.Add(Now, peer.Node, answer);
        if (_observer is not null)
            await _observer.ResolvedAsync(Name, peer, request, answer);
        return answer;
    }

    private protected abstract ValueTask<ResolutionResponse> AnswerAsync(ResolutionRequest request, CancellationToken cancellationToken);

    /// <summary>State that a restart must not lose.</summary>
    public abstract JsonObject Save();

    /// <summary>Takes over a saved state.</summary>
    /// <exception cref="FormatException">The state is of another version.</exception>
    public abstract void Load(JsonObject state);
}
