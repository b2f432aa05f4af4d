namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>What a value is (Sparkplug 3.0.0 §6.4.16). The numbers are those on the wire.</summary>
public enum SparkplugDataType
{
    /// <summary>A placeholder that no value has.</summary>
    Unknown = 0,

    /// <summary>Signed, 8 bits; <c>int_value</c>.</summary>
    Int8 = 1,

    /// <summary>Signed, 16 bits; <c>int_value</c>.</summary>
    Int16 = 2,

    /// <summary>Signed, 32 bits; <c>int_value</c>.</summary>
    Int32 = 3,

    /// <summary>Signed, 64 bits; <c>long_value</c>.</summary>
    Int64 = 4,

    /// <summary>Unsigned, 8 bits; <c>int_value</c>.</summary>
    UInt8 = 5,

    /// <summary>Unsigned, 16 bits; <c>int_value</c>.</summary>
    UInt16 = 6,

    /// <summary>Unsigned, 32 bits; <c>int_value</c>.</summary>
    UInt32 = 7,

    /// <summary>Unsigned, 64 bits; <c>long_value</c>.</summary>
    UInt64 = 8,

    /// <summary>IEEE 754, 32 bits.</summary>
    Float = 9,

    /// <summary>IEEE 754, 64 bits.</summary>
    Double = 10,

    /// <summary>True or false.</summary>
    Boolean = 11,

    /// <summary>Text.</summary>
    String = 12,

    /// <summary>Milliseconds since 1970-01-01 UTC; <c>long_value</c>.</summary>
    DateTime = 13,

    /// <summary>Text.</summary>
    Text = 14,

    /// <summary>A UUID as text.</summary>
    Uuid = 15,

    /// <summary>A table.</summary>
    DataSet = 16,

    /// <summary>Bytes.</summary>
    Bytes = 17,

    /// <summary>The bytes of a file, whose name is in the metadata.</summary>
    File = 18,

    /// <summary>A structure.</summary>
    Template = 19,

    /// <summary>Of property values only: a property set.</summary>
    PropertySet = 20,

    /// <summary>Of property values only: property sets.</summary>
    PropertySetList = 21,

    /// <summary>Packed <see cref="Int8"/>.</summary>
    Int8Array = 22,

    /// <summary>Packed <see cref="Int16"/>.</summary>
    Int16Array = 23,

    /// <summary>Packed <see cref="Int32"/>.</summary>
    Int32Array = 24,

    /// <summary>Packed <see cref="Int64"/>.</summary>
    Int64Array = 25,

    /// <summary>Packed <see cref="UInt8"/>.</summary>
    UInt8Array = 26,

    /// <summary>Packed <see cref="UInt16"/>.</summary>
    UInt16Array = 27,

    /// <summary>Packed <see cref="UInt32"/>.</summary>
    UInt32Array = 28,

    /// <summary>Packed <see cref="UInt64"/>.</summary>
    UInt64Array = 29,

    /// <summary>Packed <see cref="Float"/>.</summary>
    FloatArray = 30,

    /// <summary>Packed <see cref="Double"/>.</summary>
    DoubleArray = 31,

    /// <summary>A count and as many bits.</summary>
    BooleanArray = 32,

    /// <summary>Texts that each end with a zero byte.</summary>
    StringArray = 33,

    /// <summary>Packed <see cref="DateTime"/>.</summary>
    DateTimeArray = 34,
}
