using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;
using TrainingLab.OpcUa.Server.Subscriptions;

namespace TrainingLab.OpcUa.Events;

/// <summary>An event filter that has been checked (OPC 10000-4, 7.22.3): which events pass, and what is reported of them.</summary>
internal sealed class CompiledEventFilter
{
    private readonly EventField?[] _select;
    private readonly WhereClause _where;

    private CompiledEventFilter(EventField?[] select, WhereClause where, int cost)
    {
        _select = select;
        _where = where;
        Cost = cost;
    }

    /// <summary>How much an event costs, see <see cref="CostOf"/>.</summary>
    public int Cost { get; }

    /// <summary>How much it costs to check a filter, or an event by it: one for each select clause and operand, for a pattern of Like its length, for another literal its size in 64 bytes.</summary>
    public static int CostOf(EventFilter filter)
    {
        long cost = filter.SelectClauses.Length;
        foreach (var element in filter.WhereClause.Elements)
        {
            foreach (var operand in element.Operands)
            {
                cost += 1 + (operand?.Structure is LiteralOperand literal ? NotificationBudget.ContentOf(literal.Value) / (element.Operator == FilterOperator.Like ? 2 : 64) : 0);
            }
        }

        return (int)Math.Min(cost, int.MaxValue / 2);
    }

    /// <summary>
    /// Checks every clause. A field that cannot be is reported as such and will be null; a condition that makes no sense, or no field at all, refuses the filter.
    /// </summary>
    public static StatusCode TryCompile(AddressSpace space, EventFilter filter, OpcUaLimits limits, out CompiledEventFilter? compiled, out EventFilterResult result)
    {
        compiled = null;
        result = new EventFilterResult([], new ContentFilterResult([]));
        if (filter.SelectClauses.Length == 0)
        {
            return StatusCodes.BadEventFilterInvalid;
        }

        if (filter.SelectClauses.Length > limits.MaxSelectClauses || filter.WhereClause.Elements.Length > limits.MaxWhereElements)
        {
            return StatusCodes.BadTooManyOperations;
        }

        var select = new EventField?[filter.SelectClauses.Length];
        var results = new StatusCode[select.Length];
        for (var i = 0; i < select.Length; i++)
        {
            results[i] = EventField.TryCreate(space, filter.SelectClauses[i], out select[i]);
        }

        var status = WhereClause.TryCompile(space, filter.WhereClause, limits, out var where, out var whereResult);
        result = new EventFilterResult(Array.TrueForAll(results, static r => r.IsGood) ? [] : results, whereResult);
        if (status.IsBad)
        {
            return status;
        }

        compiled = new CompiledEventFilter(select, where!, CostOf(filter));
        return StatusCodes.Good;
    }

    public bool Passes(UaEvent happened, AddressSpace space) => _where.Passes(happened, space);

    /// <summary>The selected fields, texts in the first of the languages that there is.</summary>
    public Variant[] Select(UaEvent happened, AddressSpace space, IReadOnlyList<string?>? locales)
    {
        var fields = new Variant[_select.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = _select[i]?.Of(happened, space, locales) ?? default;
        }

        return fields;
    }
}
