using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Tests.OpcUa.Events;

/// <summary>Where clauses of event filters (OPC 10000-4, 7.7).</summary>
public class WhereClauseTests
{
    private static readonly AddressSpace Space = new("urn:test:server", "urn:test:machine");

    public static TheoryData<FilterOperator, object?[], bool> Operators() => new()
    {
        { FilterOperator.Equals, ["$Severity", (ushort)700], true },
        { FilterOperator.Equals, ["$Severity", 700.0], true },
        { FilterOperator.Equals, ["$Severity", "700"], true },
        { FilterOperator.Equals, ["$SourceName", "filler-1"], true },
        { FilterOperator.Equals, ["$SourceName", "filler-2"], false },
        { FilterOperator.Equals, ["$EventType", new NodeId(0, 9482)], true },
        { FilterOperator.Equals, ["$Nothing", 1], false }, // null is equal to nothing
        { FilterOperator.IsNull, ["$Nothing"], true },
        { FilterOperator.IsNull, ["$Severity"], false },
        { FilterOperator.GreaterThan, ["$Severity", 699], true },
        { FilterOperator.GreaterThan, ["$Severity", 700], false },
        { FilterOperator.GreaterThan, ["$Nothing", 700], false },
        { FilterOperator.LessThan, [ulong.MaxValue - 1, ulong.MaxValue], true }, // a double cannot tell them apart
        { FilterOperator.GreaterThanOrEqual, ["$Severity", 700], true },
        { FilterOperator.LessThanOrEqual, ["$Severity", 699], false },
        { FilterOperator.Like, ["$Message", "%level%"], true },
        { FilterOperator.Like, ["$Message", "level%"], false },
        { FilterOperator.Like, ["$SourceName", "filler-[0-9]"], true },
        { FilterOperator.Like, ["$SourceName", "filler-[^0-9]"], false },
        { FilterOperator.Like, ["$SourceName", "f_ller\\-1"], true },
        { FilterOperator.Not, ["$ActiveState/Id"], false },
        { FilterOperator.Between, ["$Severity", 600, 800], true },
        { FilterOperator.Between, ["$Severity", 701, 800], false },
        { FilterOperator.InList, ["$SourceName", "filler-2", "filler-1"], true },
        { FilterOperator.InList, ["$SourceName", "filler-2"], false },
        { FilterOperator.And, [true, "$ActiveState/Id"], true },
        { FilterOperator.And, [true, "$Nothing"], false },
        { FilterOperator.Or, ["$Nothing", true], true },
        { FilterOperator.Or, [false, false], false },
        { FilterOperator.OfType, [new NodeId(0, 9341)], true },
        { FilterOperator.OfType, [new NodeId(0, 10637)], false },
        { FilterOperator.Cast, [1, new NodeId(0, 1u)], true },
    };

    [Theory]
    [MemberData(nameof(Operators))]
    public void An_operator_decides(FilterOperator which, object?[] operands, bool expected) =>
        Assert.Equal(expected, Passes(Alarm(), new ContentFilterElement(which, [.. operands.Select(Operand)])));

    [Fact]
    public void Bits_are_taken_together() => Assert.True(Passes(
        Alarm(),
        new ContentFilterElement(FilterOperator.Equals, [Element(1), Operand(4)]),
        new ContentFilterElement(FilterOperator.BitwiseAnd, [Operand("$Severity"), Operand((byte)5)])));

    [Fact]
    public void Elements_name_later_elements() => Assert.True(Passes(
        Alarm(),
        new ContentFilterElement(FilterOperator.And, [Element(1), Element(2)]),
        new ContentFilterElement(FilterOperator.GreaterThan, [Operand("$Severity"), Operand(500)]),
        new ContentFilterElement(FilterOperator.Not, [Element(3)]),
        new ContentFilterElement(FilterOperator.Equals, [Operand("$SourceName"), Operand("labeller-1")])));

    public static TheoryData<string, ContentFilterElement[], uint, uint> Mistakes() => new()
    {
        { "an element that names itself", [new(FilterOperator.Not, [Element(0)])], StatusCodes.BadFilterOperandInvalid, StatusCodes.BadFilterOperandInvalid },
        { "an element that names an earlier one", [new(FilterOperator.Not, [Element(1)]), new(FilterOperator.Not, [Element(0)])], StatusCodes.Good, 0 },
        { "an element that is not there", [new(FilterOperator.Not, [Element(9)])], StatusCodes.BadFilterOperandInvalid, StatusCodes.BadFilterOperandInvalid },
        { "too few operands", [new(FilterOperator.Equals, [Operand(1)])], StatusCodes.BadFilterOperandCountMismatch, 0 },
        { "no operator", [new((FilterOperator)99, [Operand(1)])], StatusCodes.BadFilterOperatorInvalid, 0 },
        { "an operator for queries", [new(FilterOperator.RelatedTo, [Operand(1)])], StatusCodes.BadFilterOperatorUnsupported, 0 },
        { "no event type", [new(FilterOperator.OfType, [Operand(new NodeId(0, 58))])], StatusCodes.BadFilterOperandInvalid, StatusCodes.BadFilterOperandInvalid },
        { "a field that no event has", [new(FilterOperator.IsNull, [Operand("$NoSuchField")])], StatusCodes.BadFilterOperandInvalid, StatusCodes.BadNodeIdUnknown },
        { "no operand", [new(FilterOperator.IsNull, [null])], StatusCodes.BadFilterOperandInvalid, StatusCodes.BadFilterOperandInvalid },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_by_element_and_operand(string what, ContentFilterElement[] elements, uint element, uint operand)
    {
        var status = WhereClause.TryCompile(Space, new ContentFilter(elements), new OpcUaLimits(), out var where, out var result);
        Assert.True(status.Code == StatusCodes.BadEventFilterInvalid, what);
        Assert.Null(where);
        Assert.Equal(element, result.ElementResults[0].Status.Code);
        if (operand != 0)
        {
            Assert.Equal(operand, result.ElementResults[0].OperandStatus[0].Code);
        }
    }

    /// <summary>Each element names the next one twice: followed from the first, 2^99 steps.</summary>
    [Fact]
    public void Attack_recursive_filter_operands_cost_no_more_than_their_number()
    {
        var elements = Enumerable.Range(0, 99).Select(static i => new ContentFilterElement(FilterOperator.And, [Element(i + 1), Element(i + 1)]))
            .Append(new ContentFilterElement(FilterOperator.Equals, [Operand(1), Operand(1)]));
        Assert.True(Passes(Alarm(), [.. elements]));
    }

    [Fact]
    public void Attack_patterns_that_never_match_end_soon() =>
        Assert.False(LikePattern.Matches(new string('a', LikePattern.MaxLength), string.Concat(Enumerable.Repeat("%a", LikePattern.MaxLength / 2 - 1)) + "b"));

    private static bool Passes(UaEvent happened, params ContentFilterElement[] elements)
    {
        var status = WhereClause.TryCompile(Space, new ContentFilter(elements), new OpcUaLimits(), out var where, out var result);
        Assert.True(status.IsGood, string.Join(' ', result.ElementResults));
        return where!.Passes(happened, Space);
    }

    private static UaEvent Alarm()
    {
        var alarm = new UaEvent(EventTypeIds.ExclusiveLevelAlarmType, new NodeId(2, "level"), "filler-1", "Product level low", 700) { ConditionId = new NodeId(2, "alarm") };
        alarm["ActiveState/Id"] = true;
        return alarm;
    }

    private static ExtensionObject Element(int index) => new(new ElementOperand((uint)index));

    private static ExtensionObject Operand(object? value) => new(value switch
    {
        // A field that the type declares and the event does not have.
        "$Nothing" => Field("LocalTime"),
        string text when text.StartsWith('$') => Field(text[1..]),
        _ => new LiteralOperand(Variant.From(value)),
    });

    private static IStructure Field(string path) =>
        new SimpleAttributeOperand(EventTypeIds.BaseEventType, [.. path.Split('/').Select(static n => new QualifiedName(0, n))], AttributeId.Value, null);
}
