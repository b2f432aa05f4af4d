using TrainingLab.OpcUa.History;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server.Services;

/// <summary>
/// The source of history as one request uses it: a few bytes may ask for a million values, so after some ten milliseconds of looking for them others get their turn (see <see cref="Operations"/>).
/// </summary>
internal sealed class HistoryInTurns(IHistorySource source, Session session) : IHistorySource
{
    private int _work;

    /// <inheritdoc/>
    public bool Keeps(VariableNode variable) => source.Keeps(variable);

    /// <inheritdoc/>
    public async ValueTask<HistoryPage> ReadAsync(HistoryQuery query, CancellationToken cancellationToken)
    {
        var page = await source.ReadAsync(query, cancellationToken);
        await SpendAsync(Operations.OfHistoryQuestion + page.Values.Count);
        return page;
    }

    /// <summary>Something has been done that was so much work.</summary>
    public ValueTask SpendAsync(int work)
    {
        _work += work;
        return Operations.TakeTurnsAsync(session, ref _work);
    }
}
