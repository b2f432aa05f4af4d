namespace TrainingLab.OpcUa.Nodes;

/// <summary>Which values a data type allows (OPC 10000-3, 5.8.3): those of the built-in type it comes from, or of any subtype when that is abstract.</summary>
public static class DataTypeRules
{
    private const uint Number = 26;
    private const uint Integer = 27;
    private const uint UInteger = 28;
    private const uint Enumeration = 29;
    private const uint Structure = 22;
    private const uint BaseDataType = 24;

    /// <summary>The built-in type in which values of a data type are encoded; Variant for one that leaves it open (BaseDataType, Number …), Null for one that is not in the space.</summary>
    public static BuiltInType BuiltInOf(AddressSpace space, NodeId dataType)
    {
        ArgumentNullException.ThrowIfNull(space);
        for (var node = space.Find(dataType) as DataTypeNode; node is not null; node = node.Supertype)
        {
            switch (node.Id)
            {
                case { NamespaceIndex: 0, Numeric: BaseDataType or Number or Integer or UInteger }:
                    return BuiltInType.Variant;
                case { NamespaceIndex: 0, Numeric: Enumeration }:
                    return BuiltInType.Int32;
                case { NamespaceIndex: 0, Numeric: Structure }:
                    return BuiltInType.ExtensionObject;
                case { NamespaceIndex: 0, Numeric: > 0 and <= (uint)BuiltInType.DiagnosticInfo } id:
                    return (BuiltInType)id.Numeric;
            }
        }

        return BuiltInType.Null;
    }

    /// <summary>BadTypeMismatch when the value has another type or rank than the variable; Good otherwise.</summary>
    internal static StatusCode Check(AddressSpace space, in Variant value, NodeId dataType, int valueRank)
    {
        if (!AllowsRank(value, valueRank))
        {
            return StatusCodes.BadTypeMismatch;
        }

        return Allows(space, value.Type, dataType) ? StatusCodes.Good : StatusCodes.BadTypeMismatch;
    }

    private static bool AllowsRank(in Variant value, int valueRank)
    {
        var dimensions = !value.IsArray ? 0 : value.Dimensions?.Length ?? 1;
        return valueRank switch
        {
            -3 => dimensions <= 1,
            -2 => true,
            -1 => dimensions == 0,
            0 => dimensions >= 1,
            _ => dimensions == valueRank,
        };
    }

    private static bool Allows(AddressSpace space, BuiltInType type, NodeId dataType)
    {
        for (var node = space.Find(dataType) as DataTypeNode; node is not null; node = node.Supertype)
        {
            if (node.Id is not { NamespaceIndex: 0 } id)
            {
                continue;
            }

            switch (id.Numeric)
            {
                case BaseDataType:
                    return type != BuiltInType.Null;
                case Number:
                    return type is >= BuiltInType.SByte and <= BuiltInType.Double;
                case Integer:
                    return type is BuiltInType.SByte or BuiltInType.Int16 or BuiltInType.Int32 or BuiltInType.Int64;
                case UInteger:
                    return type is BuiltInType.Byte or BuiltInType.UInt16 or BuiltInType.UInt32 or BuiltInType.UInt64;
                case Enumeration:
                    return type == BuiltInType.Int32;
                case Structure:
                    return type == BuiltInType.ExtensionObject;
                case <= (uint)BuiltInType.DiagnosticInfo:
                    return (uint)type == id.Numeric;
            }
        }

        return false;
    }
}
