namespace TrainingLab.OpcUa.Encoding;

/// <summary>
/// Structures by their definition (OPC 10000-6, 5.2.6 to 5.2.8).
/// <code>
/// structure                    fields in order
/// with optional fields         mask:4 (bit n: the n-th optional field is there) | fields that are there, in order
/// union                        switch:4 (0 none, n the n-th field) | that field
/// field                        the value; a structure inline, or as an extension object where it may be a subtype; a variant where the type is open
/// array                        length:4 (negative is null) | elements
/// matrix                       number of dimensions:4 | dimensions:4 each | elements
/// </code>
/// </summary>
internal static class StructureEncoding
{
    private const int MaxOptionalFields = 32;

    /// <summary>How the values of a field are written.</summary>
    /// <param name="Type">The built-in type; ExtensionObject for a structure.</param>
    /// <param name="Inline">The structure that stands there without a type id, or null.</param>
    private readonly record struct Form(BuiltInType Type, DataTypeDescription? Inline)
    {
        /// <summary>The fewest bytes of a value; a structure may hold nothing, or nothing but such structures.</summary>
        public int SmallestSize => Inline is null ? VariantEncoding.SmallestSize(Type) : 0;
    }

    public static DynamicStructure Read(ref UaReader reader, DataTypeDescription type, IDataTypes types)
    {
        reader.Enter();
        var definition = (StructureDefinition)type.Definition!;
        var values = new Dictionary<string, Variant>(definition.Fields.Count, StringComparer.Ordinal);
        if (IsUnion(definition))
        {
            var chosen = reader.ReadUInt32();
            if (chosen > definition.Fields.Count)
            {
                throw new OpcUaException(StatusCodes.BadDecodingError, $"{type.Name} has {definition.Fields.Count} members, not {chosen}");
            }

            if (chosen > 0)
            {
                var field = definition.Fields[(int)chosen - 1];
                values[field.Name!] = ReadField(ref reader, field, types, definition);
            }
        }
        else
        {
            var mask = definition.StructureType == StructureType.StructureWithOptionalFields ? reader.ReadUInt32() : 0;
            var optional = 0;
            foreach (var field in definition.Fields)
            {
                if (!MayBeLeftOut(definition, field) || (mask & Bit(optional++, type)) != 0)
                {
                    values[field.Name!] = ReadField(ref reader, field, types, definition);
                }
            }
        }

        reader.Leave();
        return new DynamicStructure(type, types, values);
    }

    public static void Write(UaWriter writer, DynamicStructure structure)
    {
        writer.Enter();
        WriteFields(writer, structure);
        writer.Leave();
    }

    private static void WriteFields(UaWriter writer, DynamicStructure structure)
    {
        var definition = structure.Definition;
        if (IsUnion(definition))
        {
            for (var i = 0; i < definition.Fields.Count; i++)
            {
                if (structure.Fields.TryGetValue(definition.Fields[i].Name!, out var chosen))
                {
                    writer.WriteUInt32((uint)i + 1);
                    WriteField(writer, definition.Fields[i], chosen, structure);
                    return;
                }
            }

            writer.WriteUInt32(0);
            return;
        }

        if (definition.StructureType == StructureType.StructureWithOptionalFields)
        {
            var mask = 0u;
            var optional = 0;
            foreach (var field in definition.Fields)
            {
                if (MayBeLeftOut(definition, field))
                {
                    mask |= structure.Fields.ContainsKey(field.Name!) ? Bit(optional, structure.Type) : 0;
                    optional++;
                }
            }

            writer.WriteUInt32(mask);
        }

        foreach (var field in definition.Fields)
        {
            var isThere = structure.Fields.TryGetValue(field.Name!, out var value);
            if (isThere || !MayBeLeftOut(definition, field))
            {
                WriteField(writer, field, value, structure);
            }
        }
    }

    /// <summary>The built-in type that the values of a data type are of: Variant where it is open, ExtensionObject for a structure.</summary>
    public static BuiltInType BuiltInTypeOf(NodeId dataType, IDataTypes types) => FormOf(dataType, mayBeSubtype: true, types).Type;

    private static bool IsUnion(StructureDefinition definition) => definition.StructureType is StructureType.Union or StructureType.UnionWithSubtypedValues;

    private static bool MayBeLeftOut(StructureDefinition definition, StructureField field) =>
        field.IsOptional && definition.StructureType == StructureType.StructureWithOptionalFields;

    private static uint Bit(int optional, DataTypeDescription type) =>
        optional < MaxOptionalFields ? 1u << optional : throw new OpcUaException(StatusCodes.BadDecodingError, $"{type.Name} has more than {MaxOptionalFields} optional fields");

    private static Form FormOf(StructureField field, StructureDefinition definition, IDataTypes types) => FormOf(
        field.DataType,
        field.IsOptional && definition.StructureType is StructureType.StructureWithSubtypedValues or StructureType.UnionWithSubtypedValues,
        types);

    private static Form FormOf(NodeId dataType, bool mayBeSubtype, IDataTypes types)
    {
        const int DeepestTypeTree = 64;
        var id = dataType;
        for (var level = 0; level < DeepestTypeTree; level++)
        {
            if (id is { NamespaceIndex: 0, IdType: IdType.Numeric })
            {
                switch (id.Numeric)
                {
                    case 24 or 26 or 27 or 28:
                        // BaseDataType, Number, Integer, UInteger
                        return new Form(BuiltInType.Variant, null);
                    case 29:
                        return new Form(BuiltInType.Int32, null);
                    case > 0 and <= (uint)BuiltInType.DiagnosticInfo:
                        return new Form((BuiltInType)id.Numeric, null);
                }
            }

            var type = types.Find(id) ?? throw new OpcUaException(StatusCodes.BadDecodingError, $"the data type {id} is not known here");
            if (type.Definition is StructureDefinition)
            {
                return new Form(BuiltInType.ExtensionObject, mayBeSubtype || type.IsAbstract ? null : type);
            }

            id = type.Supertype;
        }

        throw new OpcUaException(StatusCodes.BadDecodingError, $"the data type {dataType} comes from no built-in type");
    }

    private static Variant ReadField(ref UaReader reader, StructureField field, IDataTypes types, StructureDefinition definition)
    {
        var form = FormOf(field, definition, types);
        switch (field.ValueRank)
        {
            case -1:
                return ReadOne(ref reader, form, types);
            case 1:
                var length = reader.ReadArrayLength(form.SmallestSize);
                return Variant.FromArray(form.Type, length < 0 ? null : ReadMany(ref reader, form, length, types));
            case > 1:
                var rank = reader.ReadArrayLength(sizeof(int));
                var dimensions = new int[Math.Max(rank, 0)];
                long product = rank <= 0 ? 0 : 1;
                for (var i = 0; i < dimensions.Length; i++)
                {
                    dimensions[i] = reader.ReadInt32();
                    product = dimensions[i] < 0 || product < 0 ? -1 : Math.Min(product * dimensions[i], int.MaxValue);
                }

                if (product < 0 || product * Math.Max(form.SmallestSize, 1) > Math.Max(reader.Remaining, form.SmallestSize == 0 ? reader.Limits.MaxArrayLength : 0))
                {
                    throw new OpcUaException(StatusCodes.BadDecodingError, $"a matrix of {product} elements in {reader.Remaining} bytes");
                }

                if (product > reader.Limits.MaxArrayLength)
                {
                    throw new OpcUaException(StatusCodes.BadEncodingLimitsExceeded, $"a matrix of {product} elements; at most {reader.Limits.MaxArrayLength}");
                }

                var elements = ReadMany(ref reader, form, (int)product, types);
                return Variant.FromArray(form.Type, elements, dimensions.Length < 2 ? null : dimensions);
            default:
                throw new OpcUaException(StatusCodes.BadDecodingError, $"a field of a structure has no rank {field.ValueRank}");
        }
    }

    private static Variant ReadOne(ref UaReader reader, in Form form, IDataTypes types) =>
        form.Inline is not null ? new Variant(new ExtensionObject(ReadInline(ref reader, form.Inline, types)))
        : form.Type == BuiltInType.Variant ? reader.ReadVariant()
        : VariantEncoding.ReadScalar(ref reader, form.Type);

    private static Array ReadMany(ref UaReader reader, in Form form, int length, IDataTypes types)
    {
        if (form.Inline is null)
        {
            return VariantEncoding.ReadElements(ref reader, form.Type, length);
        }

        if (length == 0)
        {
            return Array.Empty<ExtensionObject>();
        }

        var before = reader.Position;
        var first = new ExtensionObject(ReadInline(ref reader, form.Inline, types));
        var isWeightless = reader.Position == before;
        if (isWeightless)
        {
            // A structure of nothing: so are those that follow.
            reader.CountWeightless(length);
        }
        else if (length - 1 > reader.Remaining)
        {
            throw new OpcUaException(StatusCodes.BadDecodingError, $"{length - 1} more structures wanted, {reader.Remaining} bytes left");
        }

        var elements = new ExtensionObject[length];
        elements[0] = first;
        for (var i = 1; i < length; i++)
        {
            elements[i] = isWeightless ? first : new ExtensionObject(ReadInline(ref reader, form.Inline, types));
        }

        return elements;
    }

    /// <summary>A structure that this library knows becomes what it is, any other one a dynamic one.</summary>
    private static IStructure ReadInline(ref UaReader reader, DataTypeDescription type, IDataTypes types) =>
        KnownStructures.TryRead(((StructureDefinition)type.Definition!).DefaultEncodingId, ref reader) ?? Read(ref reader, type, types);

    private static void WriteField(UaWriter writer, StructureField field, in Variant value, DynamicStructure structure)
    {
        var form = FormOf(field, structure.Definition, structure.Types);
        if (field.ValueRank == -1)
        {
            WriteOne(writer, form, value, structure, field);
            return;
        }

        var elements = value.Elements;
        if (field.ValueRank > 1)
        {
            int[] dimensions = value.Dimensions ?? (elements is null ? [] : [elements.Length, .. Enumerable.Repeat(1, field.ValueRank - 1)]);
            writer.WriteInt32(dimensions.Length);
            foreach (var dimension in dimensions)
            {
                writer.WriteInt32(dimension);
            }
        }
        else
        {
            writer.WriteInt32(elements?.Length ?? -1);
        }

        if (elements is null)
        {
            return;
        }

        if (form.Inline is null)
        {
            if (value.Type != form.Type)
            {
                throw Mismatch(structure, field, form.Type);
            }

            VariantEncoding.WriteElements(writer, form.Type, elements);
            return;
        }

        foreach (var element in elements)
        {
            WriteInline(writer, element as ExtensionObject, form.Inline, structure, field);
        }
    }

    private static void WriteOne(UaWriter writer, in Form form, in Variant value, DynamicStructure structure, StructureField field)
    {
        if (form.Inline is not null)
        {
            WriteInline(writer, value.ToObject() as ExtensionObject, form.Inline, structure, field);
        }
        else if (form.Type == BuiltInType.Variant)
        {
            writer.WriteVariant(value);
        }
        else if (value.IsNull)
        {
            WriteNull(writer, form.Type);
        }
        else if (value.Type != form.Type || value.IsArray)
        {
            throw Mismatch(structure, field, form.Type);
        }
        else
        {
            VariantEncoding.WriteScalar(writer, value);
        }
    }

    private static void WriteInline(UaWriter writer, ExtensionObject? value, DataTypeDescription type, DynamicStructure structure, StructureField field)
    {
        if (value is null)
        {
            Write(writer, new DynamicStructure(type, structure.Types, new Dictionary<string, Variant>(StringComparer.Ordinal)));
        }
        else if (value.TypeId != ((StructureDefinition)type.Definition!).DefaultEncodingId)
        {
            throw Mismatch(structure, field, BuiltInType.ExtensionObject);
        }
        else if (value.Structure is not null)
        {
            value.Structure.Write(writer);
        }
        else
        {
            writer.WriteRaw(value.Body);
        }
    }

    /// <summary>A field that was not given: null where the type has one, else zero.</summary>
    private static void WriteNull(UaWriter writer, BuiltInType type)
    {
        switch (type)
        {
            case BuiltInType.String or BuiltInType.ByteString or BuiltInType.XmlElement:
                writer.WriteInt32(-1);
                break;
            case BuiltInType.ExtensionObject:
                writer.WriteExtensionObject(null);
                break;
            case BuiltInType.QualifiedName:
                writer.WriteQualifiedName(default);
                break;
            case BuiltInType.DateTime:
                writer.WriteDateTime(default);
                break;
            default:
                writer.GetSpan(16)[..VariantEncoding.SmallestSize(type)].Clear();
                writer.Advance(VariantEncoding.SmallestSize(type));
                break;
        }
    }

    private static ArgumentException Mismatch(DynamicStructure structure, StructureField field, BuiltInType type) =>
        new($"{structure.Type.Name}.{field.Name} takes a {type}");
}
