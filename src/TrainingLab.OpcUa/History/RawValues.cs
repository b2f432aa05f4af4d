using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.History;

/// <summary>
/// A variable's raw values one after the other in one direction of time, taken from the source in pages that grow: who wants few asks for few, and who goes on causes few questions
/// to the source.
/// </summary>
/// <param name="source">Where the values are kept.</param>
/// <param name="variable">Whose they are.</param>
/// <param name="from">Where to begin, included.</param>
/// <param name="to">Where to end, included; before <paramref name="from"/> where time runs backwards.</param>
/// <param name="backwards">Whether the newest come first.</param>
internal sealed class RawValues(IHistorySource source, VariableNode variable, DateTime from, DateTime to, bool backwards)
{
    /// <summary>What a question to the source counts for in <see cref="Scanned"/>.</summary>
    public const int OfQuestion = 1_000;

    private const int SmallestPage = 64;
    private const int LargestPage = 5_000;

    private IReadOnlyList<DataValue> _page = [];
    private DateTime _next = from;
    private int _at;
    private int _skip;
    private int _pageSize = SmallestPage;
    private bool _isLast;

    /// <summary>Bad when the source could not answer; then there are no more values.</summary>
    public StatusCode Status { get; private set; }

    /// <summary>How much has been looked at: values, and questions by their weight.</summary>
    public int Scanned { get; private set; }

    /// <summary>The value that comes next, if the page has one.</summary>
    public bool TryPeek(out DataValue value)
    {
        value = _at < _page.Count ? _page[_at] : default;
        return _at < _page.Count;
    }

    /// <summary>Passes over the value that comes next.</summary>
    public void Take()
    {
        var time = _page[_at++].SourceTimestamp;
        _skip = time == _next ? _skip + 1 : 1;
        _next = time;
        Scanned++;
    }

    /// <summary>Whether a time is at or before the last value at hand, or nothing comes after that.</summary>
    public bool Reaches(DateTime time) => _isLast || (_page.Count > 0 && (backwards ? _page[^1].SourceTimestamp <= time : _page[^1].SourceTimestamp >= time));

    /// <summary>Asks for the next page, when the present one is used up; false when there are no more values.</summary>
    public async ValueTask<bool> MoreAsync(CancellationToken cancellationToken)
    {
        if (_isLast)
        {
            return false;
        }

        // Those of the last instant that were taken before come once more.
        var wanted = _pageSize + _skip;
        var page = await source.ReadAsync(
            backwards ? new HistoryQuery(variable, to, _next, wanted, NewestFirst: true) : new HistoryQuery(variable, _next, to, wanted), cancellationToken);
        _pageSize = Math.Min(_pageSize * 8, LargestPage);
        Scanned += OfQuestion;
        Status = page.Status;
        _page = page.Status.IsBad ? [] : page.Values;
        _at = Math.Min(_skip, _page.Count);
        _isLast = _page.Count < wanted;
        return _at < _page.Count;
    }
}
