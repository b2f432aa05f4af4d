using TrainingLab.OpcUa.Events.Conditions;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Events;

/// <summary>A field that a select clause or an operand names: checked once, then read from event after event (OPC 10000-4, 7.7.4.5).</summary>
internal sealed class EventField
{
    private readonly NodeId _type;
    private readonly string _path;
    private readonly bool _isConditionId;
    private readonly NumericRange? _range;

    private EventField(NodeId type, string path, bool isConditionId, NumericRange? range)
    {
        _type = type;
        _path = path;
        _isConditionId = isConditionId;
        _range = range;
    }

    /// <summary>Whether an operand makes sense here; <paramref name="field"/> reads it, as null where it does not.</summary>
    public static StatusCode TryCreate(AddressSpace space, SimpleAttributeOperand operand, out EventField? field)
    {
        field = null;
        var type = operand.TypeDefinition.IsNull ? EventTypeIds.BaseEventType : operand.TypeDefinition;
        if (!EventTypes.IsEventType(space, type))
        {
            return StatusCodes.BadTypeDefinitionInvalid;
        }

        NumericRange? range = null;
        if (!string.IsNullOrEmpty(operand.IndexRange) && !NumericRange.TryParse(operand.IndexRange, out range))
        {
            return StatusCodes.BadIndexRangeInvalid;
        }

        if (operand.BrowsePath.Length == 0)
        {
            // The id of a condition has no path of its own (OPC 10000-9, 5.5.2).
            if (operand.Attribute != AttributeId.NodeId || !EventTypes.IsOrIsSubtypeOf(space, type, EventTypeIds.ConditionType))
            {
                return StatusCodes.BadAttributeIdInvalid;
            }

            field = new EventField(type, "", isConditionId: true, range);
            return StatusCodes.Good;
        }

        if (Array.Exists(operand.BrowsePath, static name => string.IsNullOrEmpty(name.Name)))
        {
            return StatusCodes.BadBrowseNameInvalid;
        }

        if (operand.Attribute != AttributeId.Value)
        {
            return StatusCodes.BadAttributeIdInvalid;
        }

        if (!EventTypes.MayHave(space, type, operand.BrowsePath))
        {
            return StatusCodes.BadNodeIdUnknown;
        }

        field = new EventField(type, string.Join('/', operand.BrowsePath), isConditionId: false, range);
        return StatusCodes.Good;
    }

    /// <summary>The field of an event; null where the event has none. With the type BaseEventType only the path counts.</summary>
    public Variant Of(UaEvent happened, AddressSpace space, IReadOnlyList<string?>? locales = null)
    {
        if (_isConditionId)
        {
            return happened.ConditionId.IsNull ? default : new Variant(happened.ConditionId);
        }

        var value = happened[_path];
        if (value.IsNull || (_type != EventTypeIds.BaseEventType && !EventTypes.IsOrIsSubtypeOf(space, happened.Type, _type)))
        {
            return default;
        }

        value = value.TryGet(out LocalizedText text) ? new Variant(InLanguage(text, happened, locales)) : value;
        return _range is null ? value : _range.TryTake(value, out var part).IsBad ? default : part;
    }

    private LocalizedText InLanguage(LocalizedText text, UaEvent happened, IReadOnlyList<string?>? locales) =>
        _path == "Message" && happened.Translations.Count > 0 ? ConditionTexts.Best(happened.Translations, locales) : ConditionTexts.In(text, locales);
}
