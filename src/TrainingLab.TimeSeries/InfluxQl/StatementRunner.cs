using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>Runs the statements that are not SELECT.</summary>
internal sealed class StatementRunner(TimeSeriesStore store, QueryLimits limits, string? database, long now)
{
    /// <summary>Runs one statement.</summary>
    public List<ResultSeries> Run(Statement statement)
    {
        switch (statement)
        {
            case SelectStatement select:
                return new SelectExecutor(store, limits, database, now).Run(select);
            case ShowStatement show:
                return Show(show);
            case CreateDatabaseStatement create:
                try
                {
                    store.CreateDatabase(create.Name.Length > 0 ? create.Name : throw new InfluxQlException("database name required"));
                }
                catch (InvalidOperationException error)
                {
                    throw new InfluxQlException(error.Message);
                }

                return [];
            case DropDatabaseStatement drop:
                store.DropDatabase(drop.Name);
                return [];
            case DropMeasurementStatement drop:
                Database found = Sourcing.Database(store, database);
                if (found.Measurements.TryGetValue(drop.Name, out Measurement? measurement))
                    store.Delete(found.Name, new DeleteOrder(long.MinValue, long.MaxValue, Drop: true, [.. measurement.Series.Keys.Select(key => (measurement.Name, key))]));
                return [];
            case DeleteStatement delete:
                Delete(delete);
                return [];
            default:
                throw new InfluxQlException($"{statement.GetType().Name} is not supported");
        }
    }

    private void Delete(DeleteStatement statement)
    {
        Database found = Sourcing.Database(store, database);
        (TimeRange range, Expr? condition) = TimeRange.Split(statement.Condition, now, null);
        if (statement.DropSeries && range != TimeRange.All)
            throw new InfluxQlException("DROP SERIES doesn't support time in WHERE clause");
        List<(string, string)> keys = [];
        foreach (Measurement measurement in Chosen(found, statement.Sources))
        {
            SourceTable table = SourceTable.Of(measurement);
            foreach (Series series in measurement.Series.Values)
            {
                if (!Sourcing.Reduce(condition, table, new StoredSeries(series), out Expr? rest))
                    continue;
                if (rest is not null)
                    throw new InfluxQlException("fields not supported in WHERE clause during deletion");
                keys.Add((measurement.Name, series.Key.Text));
            }
        }

        if (keys.Count > 0)
            store.Delete(found.Name, new DeleteOrder(range.From, range.To, statement.DropSeries, keys));
    }

    private IEnumerable<Measurement> Chosen(Database found, IReadOnlyList<Source> sources) =>
        sources.Count == 0 ? found.Measurements.Values
        : sources.OfType<MeasurementSource>().SelectMany(source => Sourcing.Measurements(store, found.Name, source)).Distinct().OrderBy(measurement => measurement.Name, StringComparer.Ordinal);

    private List<ResultSeries> Show(ShowStatement statement) => statement.Kind switch
    {
        ShowKind.Databases => [Table("databases", ["name"], store.DatabaseNames.Select(name => Row(name)))],
        ShowKind.RetentionPolicies => ShowPolicies(statement),
        ShowKind.Users => [Table("", ["user", "admin"], [])],
        ShowKind.Queries => [Table("", ["qid", "query", "database", "duration", "status"], [])],
        ShowKind.ContinuousQueries => [.. store.DatabaseNames.Select(name => Table(name, ["name", "query"], []))],
        ShowKind.Subscriptions => [],
        _ => ShowSchema(statement, Sourcing.Database(store, statement.Database ?? database)),
    };

    private List<ResultSeries> ShowPolicies(ShowStatement statement)
    {
        Sourcing.Database(store, statement.Database ?? database);
        string duration = DurationText.WriteClock(store.Options.Retention ?? TimeSpan.Zero);
        return [Table("", ["name", "duration", "shardGroupDuration", "replicaN", "default"],
            [[FieldValue.String("autogen"), FieldValue.String(duration), FieldValue.String("168h0m0s"), FieldValue.Integer(1), FieldValue.Boolean(true)]])];
    }

    private List<ResultSeries> ShowSchema(ShowStatement statement, Database found)
    {
        List<(Measurement Measurement, List<Series> Series)> chosen = [];
        foreach (Measurement measurement in Chosen(found, statement.Sources))
        {
            bool named = statement.Kind != ShowKind.Measurements || statement.WithOperator is null || Matches(statement, measurement.Name);
            List<Series> series = named ? Matching(measurement, statement.Condition) : [];
            if (series.Count > 0)
                chosen.Add((measurement, series));
        }

        if (statement.Counted)
            return Counts(statement, chosen);
        switch (statement.Kind)
        {
            case ShowKind.Measurements:
                return Titled(statement, "measurements", ["name"], chosen.Select(pair => Row(pair.Measurement.Name)));
            case ShowKind.Series:
                return Titled(statement, "", ["key"], chosen.SelectMany(pair => pair.Series).Select(series => Row(series.Key.Text)).OrderBy(row => row[0].AsString, StringComparer.Ordinal));
            case ShowKind.SeriesCardinality:
                return [Table("", ["cardinality estimation"], [[FieldValue.Integer(chosen.Sum(pair => pair.Series.Count))]])];
            case ShowKind.MeasurementCardinality:
                return [Table("", ["cardinality estimation"], [[FieldValue.Integer(chosen.Count)]])];
            case ShowKind.TagKeys:
                return [.. chosen.SelectMany(pair => Titled(statement, pair.Measurement.Name, ["tagKey"], TagKeys(pair.Series).Select(key => Row(key))))];
            case ShowKind.FieldKeys:
                return [.. chosen.SelectMany(pair => Titled(statement, pair.Measurement.Name, ["fieldKey", "fieldType"], pair.Measurement.Fields.Select(field => Row(field.Key, field.Value.Name()))))];
            default:
                return [.. chosen.SelectMany(pair => Titled(statement, pair.Measurement.Name, ["key", "value"], TagValues(statement, pair.Series)))];
        }
    }

    private static List<ResultSeries> Counts(ShowStatement statement, List<(Measurement Measurement, List<Series> Series)> chosen)
    {
        if (statement.Kind == ShowKind.Measurements)
            return [Table("", ["count"], [[FieldValue.Integer(chosen.Count)]])];
        return [.. chosen.Select(pair => (pair.Measurement.Name, Count: statement.Kind switch
        {
            ShowKind.TagKeys => TagKeys(pair.Series).Count(),
            ShowKind.TagValues => TagValues(statement, pair.Series).Count(),
            ShowKind.FieldKeys => pair.Measurement.Fields.Count,
            _ => pair.Series.Count,
        })).Where(pair => pair.Count > 0).Select(pair => Table(pair.Name, ["count"], [[FieldValue.Integer(pair.Count)]]))];
    }

    private static IEnumerable<string> TagKeys(List<Series> series) =>
        series.SelectMany(one => one.Key.Tags).Select(tag => tag.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static IEnumerable<FieldValue[]> TagValues(ShowStatement statement, List<Series> series) =>
        series.SelectMany(one => one.Key.Tags)
            .Where(tag => Matches(statement, tag.Key))
            .Distinct()
            .OrderBy(tag => tag.Key, StringComparer.Ordinal)
            .ThenBy(tag => tag.Value, StringComparer.Ordinal)
            .Select(tag => Row(tag.Key, tag.Value));

    private static bool Matches(ShowStatement statement, string name) => statement.WithOperator switch
    {
        "=~" => statement.WithPattern!.Regex.IsMatch(name),
        "!~" => !statement.WithPattern!.Regex.IsMatch(name),
        "!=" => !statement.WithNames.Contains(name, StringComparer.Ordinal),
        _ => statement.WithNames.Contains(name, StringComparer.Ordinal),
    };

    private List<Series> Matching(Measurement measurement, Expr? condition)
    {
        (_, Expr? residual) = TimeRange.Split(condition, now, null);
        SourceTable table = SourceTable.Of(measurement);
        List<Series> matching = [];
        foreach (Series series in measurement.Series.Values)
        {
            if (!Sourcing.Reduce(residual, table, new StoredSeries(series), out Expr? rest))
                continue;

            // A condition on fields cannot be told from the index; such a series may match.
            _ = rest;
            matching.Add(series);
        }

        return matching;
    }

    private static FieldValue[] Row(params ReadOnlySpan<string> values)
    {
        FieldValue[] row = new FieldValue[values.Length];
        for (int i = 0; i < row.Length; i++)
            row[i] = FieldValue.String(values[i]);
        return row;
    }

    /// <summary>One table with the statement's LIMIT and OFFSET, or none when it is empty.</summary>
    private static List<ResultSeries> Titled(ShowStatement statement, string name, string[] columns, IEnumerable<FieldValue[]> rows)
    {
        IEnumerable<FieldValue[]> limited = rows.Skip(statement.Offset);
        ResultSeries table = Table(name, columns, statement.Limit > 0 ? limited.Take(statement.Limit) : limited);
        return table.Rows.Count > 0 ? [table] : [];
    }

    private static ResultSeries Table(string name, string[] columns, IEnumerable<FieldValue[]> rows) => new(name, null, columns, [.. rows], TimeColumn: false);
}
