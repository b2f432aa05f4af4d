using System.Globalization;
using TrainingLab.TimeSeries.Compression;
using TrainingLab.TimeSeries.LineProtocol;

namespace TrainingLab.TimeSeries.Store;

/// <summary>Takes a body of line protocol into one database, line by line: a point is stored whole or refused with a reason.</summary>
internal sealed class PointWriter(StoreOptions options, BlockFactory blocks)
{
    /// <summary>The times that InfluxDB takes: a little less than 64 bits hold.</summary>
    private const long MaxTime = long.MaxValue - 1;

    private ParsedField[] fields = new ParsedField[16];
    private Column?[] columns = new Column?[16];

    /// <summary>Values stored in all databases.</summary>
    public long ValueCount { get; set; }

    public int NextColumnId { get; set; } = 1;

    /// <param name="database">Where to.</param>
    /// <param name="body">Line protocol.</param>
    /// <param name="precision">Unit of the timestamps.</param>
    /// <param name="now">Time of points without one, nanoseconds.</param>
    public WriteResult Write(Database database, ReadOnlySpan<byte> body, Precision precision, long now)
    {
        long unit = precision.ToNanoseconds();
        long defaultTime = now - (now % unit);
        long oldest = options.Retention is TimeSpan retention ? now - (retention.Ticks * 100) : long.MinValue;
        List<LineError> errors = [];
        int accepted = 0;
        int rejected = 0;
        int conflicts = 0;
        Series? series = null;
        LineReader reader = new(body, fields);
        while (reader.Read())
        {
            string? reason = reader.Error;
            bool conflict = false;
            if (reason is null)
            {
                long time = defaultTime;
                if (reader.HasTime && (reader.Time > MaxTime / unit || reader.Time < -MaxTime / unit))
                {
                    reason = reader.Unparsable($"time outside range -{MaxTime.ToString(CultureInfo.InvariantCulture)} - {MaxTime.ToString(CultureInfo.InvariantCulture)}");
                }
                else if (FindSeries(database, ref reader, ref series, out reason))
                {
                    if (reader.HasTime)
                        time = reader.Time * unit;
                    reason = time < oldest ? "points beyond retention policy" : Store(database, ref reader, series!, time);
                    conflict = reason is not null;
                }
            }

            if (reason is null)
            {
                accepted++;
                continue;
            }

            rejected++;
            conflicts += conflict ? 1 : 0;
            if (errors.Count < options.MaxReportedErrors)
                errors.Add(new LineError(reader.LineNumber(), reason, conflict));
        }

        fields = reader.Fields;
        database.TrimForms();
        return new WriteResult(accepted, rejected, conflicts, errors);
    }

    /// <summary>Finds or prepares the series; a new one is not part of the database until a point is stored.</summary>
    private bool FindSeries(Database database, ref LineReader reader, ref Series? series, out string? reason)
    {
        reason = null;
        ReadOnlySpan<byte> raw = reader.Key;
        if (database.TryFind(raw, out series))
            return true;
        SeriesKey? key = SeriesKey.TryParse(raw, out string? error);
        if (key is null || raw.Length > options.MaxKeyLength)
        {
            reason = reader.Unparsable(error ?? $"max key length exceeded: {raw.Length} > {options.MaxKeyLength}");
            return false;
        }

        series = database.Find(key);
        if (series is not null)
            database.Remember(raw, series);
        else
            series = new Series(key, database.Measurements.GetValueOrDefault(key.Measurement) ?? new Measurement(key.Measurement));
        return true;
    }

    private string? Store(Database database, ref LineReader reader, Series series, long time)
    {
        ReadOnlySpan<ParsedField> parsed = reader.Fields.AsSpan(0, reader.FieldCount);
        if (columns.Length < parsed.Length)
            columns = new Column?[parsed.Length];
        bool isNew = series.Columns.Count == 0;
        int skipped = 0;
        int missing = 0;
        for (int i = 0; i < parsed.Length; i++)
        {
            ref readonly ParsedField field = ref parsed[i];
            Column? column = series.Find(reader.Name(field), i - skipped);
            columns[i] = column;
            if (column is not null ? column.Type != field.Type : Unfit(series, reader.Name(field), field.Type, ref skipped, ref missing))
                return Conflict(series, reader.Name(field), field.Type, column?.Type);
            if (field.Type == FieldType.String && field.StringLength > options.MaxStringLength)
                return $"max string length exceeded: {field.StringLength} > {options.MaxStringLength}";
        }

        if (skipped == parsed.Length)
            return $"invalid field name: input field \"time\" on measurement \"{series.Measurement.Name}\" is invalid";
        if (missing > 0 && series.Measurement.Fields.Count + missing > options.MaxFieldsPerMeasurement)
            return $"max-fields-per-measurement limit exceeded: ({options.MaxFieldsPerMeasurement.ToString(CultureInfo.InvariantCulture)})";
        if (ValueCount + parsed.Length > options.MaxValues)
            return $"max-values limit exceeded: ({options.MaxValues.ToString(CultureInfo.InvariantCulture)})";
        if (isNew)
        {
            if (series.Key.Tags.Any(tag => string.Equals(tag.Key, "time", StringComparison.Ordinal)))
                return $"invalid tag key: input tag \"time\" on measurement \"{series.Measurement.Name}\" is invalid";
            if (database.Find(series.Key) is null)
            {
                if (database.SeriesCount >= options.MaxSeriesPerDatabase)
                    return $"max-series-per-database limit exceeded: ({options.MaxSeriesPerDatabase.ToString(CultureInfo.InvariantCulture)})";
                series = database.Add(series.Key);
                database.Remember(reader.Key, series);
            }
        }

        for (int i = 0; i < parsed.Length; i++)
        {
            ref readonly ParsedField field = ref parsed[i];
            Column? column = columns[i] ?? AddColumn(series, reader.Name(field), field.Type);
            if (column is null)
                continue;
            long before = column.Count;
            switch (field.Type)
            {
                case FieldType.Float:
                    ((Column<double, FloatCodec>)column).Append(time, BitConverter.Int64BitsToDouble(field.Bits), blocks);
                    break;
                case FieldType.Integer:
                    ((Column<long, IntegerCodec>)column).Append(time, field.Bits, blocks);
                    break;
                case FieldType.Boolean:
                    ((Column<bool, BooleanCodec>)column).Append(time, field.Bits != 0, blocks);
                    break;
                default:
                    ((Column<string, StringCodec>)column).Append(time, reader.Text(field), blocks);
                    break;
            }

            ValueCount += column.Count - before;
        }

        return null;
    }

    /// <summary>A field that the series does not have yet: true when the measurement has it with another type. A field called time is left out.</summary>
    private static bool Unfit(Series series, ReadOnlySpan<byte> rawName, FieldType type, ref int skipped, ref int missing)
    {
        if (rawName.SequenceEqual("time"u8))
        {
            skipped++;
            return false;
        }

        if (series.Measurement.Fields.TryGetValue(SeriesKey.Unescape(rawName), out FieldType known))
            return known != type;
        missing++;
        return false;
    }

    private Column? AddColumn(Series series, ReadOnlySpan<byte> rawName, FieldType type)
    {
        if (rawName.SequenceEqual("time"u8))
            return null;
        string name = SeriesKey.Unescape(rawName);
        if (series.Find(name) is Column twice)
            return twice.Type == type ? twice : null;
        series.Measurement.Fields.TryAdd(name, type);
        Column column = Column.Create(NextColumnId++, name, rawName.ToArray(), type);
        series.Columns.Add(column);
        return column;
    }

    private static string Conflict(Series series, ReadOnlySpan<byte> rawName, FieldType type, FieldType? known)
    {
        string name = SeriesKey.Unescape(rawName);
        return $"field type conflict: input field \"{name}\" on measurement \"{series.Measurement.Name}\" is type {type.Name()}, already exists as type {(known ?? series.Measurement.Fields[name]).Name()}";
    }
}

/// <summary>InfluxDB's words for the field types.</summary>
internal static class FieldTypeNames
{
    public static string Name(this FieldType type) => type switch
    {
        FieldType.Float => "float",
        FieldType.Integer => "integer",
        FieldType.Boolean => "boolean",
        _ => "string",
    };
}
