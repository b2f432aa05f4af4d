using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.OpcUa.Events;

/// <summary>
/// A where clause that has been checked (OPC 10000-4, 7.7). Operands name only later elements, so that there are no circles, and elements are worked out from the last to the
/// first, each once: no filter can make an event cost more than its elements.
/// </summary>
internal sealed class WhereClause
{
    private readonly Element[] _elements;

    private WhereClause(Element[] elements) => _elements = elements;

    public static StatusCode TryCompile(AddressSpace space, ContentFilter filter, OpcUaLimits limits, out WhereClause? where, out ContentFilterResult result)
    {
        where = null;
        var elements = new Element[filter.Elements.Length];
        var results = new ContentFilterElementResult[elements.Length];
        for (var i = 0; i < elements.Length; i++)
        {
            results[i] = Check(space, filter.Elements[i], i, elements.Length, limits, out elements[i]);
        }

        var good = Array.TrueForAll(results, static r => r.Status.IsGood);
        result = new ContentFilterResult(good ? [] : results);
        if (!good)
        {
            return StatusCodes.BadEventFilterInvalid;
        }

        where = new WhereClause(elements);
        return StatusCodes.Good;
    }

    /// <summary>Whether an event meets the condition; null is not met.</summary>
    public bool Passes(UaEvent happened, AddressSpace space)
    {
        if (_elements.Length == 0)
        {
            return true;
        }

        var outcomes = new Variant[_elements.Length];
        for (var i = _elements.Length - 1; i >= 0; i--)
        {
            outcomes[i] = Evaluate(_elements[i], outcomes, happened, space);
        }

        return FilterValues.IsTrue(outcomes[0]);
    }

    private static ContentFilterElementResult Check(AddressSpace space, in ContentFilterElement element, int index, int count, OpcUaLimits limits, out Element compiled)
    {
        compiled = default;
        if (element.Operator is FilterOperator.InView or FilterOperator.RelatedTo)
        {
            return new ContentFilterElementResult(StatusCodes.BadFilterOperatorUnsupported, []);
        }

        var (fewest, most) = element.Operator switch
        {
            FilterOperator.IsNull or FilterOperator.Not or FilterOperator.OfType => (1, 1),
            FilterOperator.Between => (3, 3),
            FilterOperator.InList => (2, limits.MaxWhereOperands),
            >= FilterOperator.Equals and <= FilterOperator.BitwiseOr => (2, 2),
            _ => (0, 0),
        };
        if (most == 0)
        {
            return new ContentFilterElementResult(StatusCodes.BadFilterOperatorInvalid, []);
        }

        if (element.Operands.Length < fewest || element.Operands.Length > most)
        {
            return new ContentFilterElementResult(StatusCodes.BadFilterOperandCountMismatch, []);
        }

        var operands = new Operand[element.Operands.Length];
        var status = new StatusCode[operands.Length];
        for (var i = 0; i < operands.Length; i++)
        {
            status[i] = Check(space, element.Operands[i], index, count, out operands[i]);
        }

        if (element.Operator is FilterOperator.OfType or FilterOperator.Cast)
        {
            // The type is a literal: it is looked at now, not for every event.
            var at = operands.Length - 1;
            if (status[at].IsGood && (!operands[at].Literal.TryGet(out NodeId type) || !IsType(space, element.Operator, type)))
            {
                status[at] = StatusCodes.BadFilterOperandInvalid;
            }
        }

        compiled = new Element(element.Operator, operands);
        return new ContentFilterElementResult(Array.TrueForAll(status, static s => s.IsGood) ? StatusCodes.Good : StatusCodes.BadFilterOperandInvalid, status);
    }

    private static bool IsType(AddressSpace space, FilterOperator filterOperator, NodeId type) =>
        filterOperator == FilterOperator.OfType ? EventTypes.IsEventType(space, type) : space.Find(type) is DataTypeNode;

    private static StatusCode Check(AddressSpace space, ExtensionObject? operand, int index, int count, out Operand compiled)
    {
        compiled = default;
        switch (operand?.Structure)
        {
            case LiteralOperand literal:
                compiled = new Operand(null, -1, literal.Value);
                return StatusCodes.Good;
            case ElementOperand element when element.Index > index && element.Index < count:
                compiled = new Operand(null, (int)element.Index, default);
                return StatusCodes.Good;
            case SimpleAttributeOperand attribute:
                var status = EventField.TryCreate(space, attribute, out var field);
                compiled = new Operand(field, -1, default);
                return status;
            default:
                return StatusCodes.BadFilterOperandInvalid;
        }
    }

    private static Variant Evaluate(in Element element, Variant[] outcomes, UaEvent happened, AddressSpace space)
    {
        var operands = element.Operands;
        Variant Value(int i) => operands[i].Field is { } field ? field.Of(happened, space) : operands[i].Element >= 0 ? outcomes[operands[i].Element] : operands[i].Literal;
        switch (element.Operator)
        {
            case FilterOperator.Equals:
                return FilterValues.Compare(Value(0), Value(1)) is { } equal ? equal == 0 : FilterValues.AreEqual(Value(0), Value(1));
            case FilterOperator.IsNull:
                return Value(0).IsNull;
            case FilterOperator.GreaterThan:
                return FilterValues.Compare(Value(0), Value(1)) is { } greater ? greater > 0 : default(Variant);
            case FilterOperator.LessThan:
                return FilterValues.Compare(Value(0), Value(1)) is { } less ? less < 0 : default(Variant);
            case FilterOperator.GreaterThanOrEqual:
                return FilterValues.Compare(Value(0), Value(1)) is { } notLess ? notLess >= 0 : default(Variant);
            case FilterOperator.LessThanOrEqual:
                return FilterValues.Compare(Value(0), Value(1)) is { } notGreater ? notGreater <= 0 : default(Variant);
            case FilterOperator.Like:
                return FilterValues.TextOf(Value(0)) is { } text && FilterValues.TextOf(Value(1)) is { } pattern ? LikePattern.Matches(text, pattern) : default(Variant);
            case FilterOperator.Not:
                return FilterValues.Truth(Value(0)) is { } truth ? !truth : default(Variant);
            case FilterOperator.Between:
                return FilterValues.Compare(Value(0), Value(1)) is { } low && FilterValues.Compare(Value(0), Value(2)) is { } high ? low >= 0 && high <= 0 : default(Variant);
            case FilterOperator.InList:
                for (var i = 1; i < operands.Length; i++)
                {
                    if (FilterValues.Compare(Value(0), Value(i)) is { } same ? same == 0 : FilterValues.IsTrue(FilterValues.AreEqual(Value(0), Value(i))))
                    {
                        return true;
                    }
                }

                return false;
            case FilterOperator.And:
                return (FilterValues.Truth(Value(0)), FilterValues.Truth(Value(1))) switch { (false, _) or (_, false) => false, (true, true) => true, _ => default(Variant) };
            case FilterOperator.Or:
                return (FilterValues.Truth(Value(0)), FilterValues.Truth(Value(1))) switch { (true, _) or (_, true) => true, (false, false) => false, _ => default(Variant) };
            case FilterOperator.Cast:
                return Value(1).TryGet(out NodeId dataType) && dataType is { NamespaceIndex: 0 } && Variant.TryConvert(Value(0), (BuiltInType)dataType.Numeric, out var converted)
                    ? converted
                    : default;
            case FilterOperator.OfType:
                return Value(0).TryGet(out NodeId type) && EventTypes.IsOrIsSubtypeOf(space, happened.Type, type);
            case FilterOperator.BitwiseAnd:
                return FilterValues.Bitwise(Value(0), Value(1), static (a, b) => a & b);
            default:
                return FilterValues.Bitwise(Value(0), Value(1), static (a, b) => a | b);
        }
    }

    /// <summary>A checked element.</summary>
    private readonly record struct Element(FilterOperator Operator, Operand[] Operands);

    /// <summary>A field of the event, the outcome of an element, or a literal.</summary>
    private readonly record struct Operand(EventField? Field, int Element, Variant Literal);
}
