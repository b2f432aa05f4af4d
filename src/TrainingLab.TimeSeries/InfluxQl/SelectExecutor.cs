using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>Runs one SELECT: finds the series, groups them by tags, and hands each group to <see cref="GroupEvaluation"/>.</summary>
internal sealed class SelectExecutor(TimeSeriesStore store, QueryLimits limits, string? database, long now)
{
    private long valuesRead;

    private long valuesAnswered;

    private int seriesRead;

    /// <summary>Runs a statement.</summary>
    public List<ResultSeries> Run(SelectStatement statement) => Run(statement, TimeRange.All, [], null);

    private List<ResultSeries> Run(SelectStatement statement, TimeRange around, IReadOnlyList<string> inheritedTags, TimeWindow? inheritedWindow)
    {
        (TimeRange range, Expr? condition) = TimeRange.Split(statement.Condition, now, statement.Zone);
        bool grouped = statement.Dimensions.Any(dimension => dimension is Call) || inheritedWindow is not null;
        if (grouped && range.To == long.MaxValue && statement.Fields.Any(field => field.Expr.Walk().Any(part => part is Call)))
            range = range with { To = now };
        range = range.Intersect(around);
        (IReadOnlyList<SourceTable> tables, Dictionary<string, FieldType> fields, HashSet<string> tagKeys) = Sources(statement, range, inheritedTags, inheritedWindow);
        SelectPlan plan = SelectPlan.Make(statement, fields, tagKeys, (inheritedTags, inheritedWindow));
        List<ResultSeries> results = [];
        long rows = 0;
        if (range.From > range.To)
            return results;
        foreach (SourceTable table in statement.Descending ? tables.Reverse() : tables)
        {
            foreach (ResultSeries series in Groups(table, statement, plan, condition, range))
            {
                valuesAnswered += (long)series.Rows.Count * series.Columns.Count;
                if (valuesAnswered > limits.MaxValues)
                    throw Exceeded("max-select-values", limits.MaxValues);
                rows += series.Rows.Count;
                if (rows > limits.MaxRows)
                    throw Exceeded("max-rows", limits.MaxRows);
                results.Add(series);
            }
        }

        IEnumerable<ResultSeries> limited = results;
        if (statement.SeriesOffset > 0)
            limited = limited.Skip(statement.SeriesOffset);
        if (statement.SeriesLimit > 0)
            limited = limited.Take(statement.SeriesLimit);
        return [.. limited];
    }

    private (IReadOnlyList<SourceTable> Tables, Dictionary<string, FieldType> Fields, HashSet<string> TagKeys) Sources(
        SelectStatement statement, TimeRange range, IReadOnlyList<string> inheritedTags, TimeWindow? inheritedWindow)
    {
        SortedDictionary<string, SourceTable> tables = new(StringComparer.Ordinal);
        foreach (Source source in statement.Sources)
        {
            IEnumerable<SourceTable> found = source switch
            {
                SubquerySource subquery => Subquery(subquery.Statement, statement, range, inheritedTags, inheritedWindow),
                MeasurementSource named => Sourcing.Measurements(store, database, named).Select(SourceTable.Of),
                _ => [],
            };
            foreach (SourceTable table in found)
            {
                if (tables.TryGetValue(table.Name, out SourceTable? known))
                    known.Add(table);
                else
                    tables.Add(table.Name, table);
            }
        }

        Dictionary<string, FieldType> fields = new(StringComparer.Ordinal);
        HashSet<string> tagKeys = new(StringComparer.Ordinal);
        foreach (SourceTable table in tables.Values)
        {
            foreach ((string field, FieldType type) in table.Fields)
                fields.TryAdd(field, type);
            tagKeys.UnionWith(table.TagKeys);
        }

        return ([.. tables.Values], fields, tagKeys);
    }

    private List<SourceTable> Subquery(SelectStatement inner, SelectStatement outer, TimeRange range, IReadOnlyList<string> inheritedTags, TimeWindow? inheritedWindow)
    {
        string[] tags = [.. outer.Dimensions.Select(dimension => dimension.Bare).OfType<VarRef>().Where(v => !v.IsTime).Select(v => v.Name).Concat(inheritedTags).Distinct(StringComparer.Ordinal)];
        TimeWindow? window = inheritedWindow;
        if (!inner.Dimensions.Any(dimension => dimension is Call) && outer.Dimensions.FirstOrDefault(dimension => dimension is Call { Name: "time", Arguments: [DurationLiteral { Nanoseconds: > 0 }, ..] }) is Call time)
            window = new TimeWindow(((DurationLiteral)time.Arguments[0]).Nanoseconds, time.Arguments is [_, DurationLiteral offset] ? offset.Nanoseconds : 0, outer.Zone);

        // Values that are missing would be left out around it anyway.
        if (inner.Fill == FillOption.Null && inner.Fields.Any(field => field.Expr.Walk().Any(part => part is Call)))
            inner = inner with { Fill = FillOption.None };
        List<SourceTable> tables = [];
        foreach (ResultSeries series in Run(inner, range, tags, window))
        {
            SourceTable? table = tables.Find(known => known.Name == series.Name);
            if (table is null)
                tables.Add(table = new SourceTable(series.Name) { Computed = true });
            table.Series.Add(new ComputedSeries(series));
            table.TagKeys.UnionWith((series.Tags ?? []).Select(tag => tag.Key));
            for (int column = 1; column < series.Columns.Count; column++)
            {
                FieldValue sample = series.Rows.Select(row => row[column]).FirstOrDefault(value => !value.IsNull);
                if (!sample.IsNull)
                    table.Fields.TryAdd(series.Columns[column], sample.Type);
            }
        }

        return tables;
    }

    private IEnumerable<ResultSeries> Groups(SourceTable table, SelectStatement statement, SelectPlan plan, Expr? condition, TimeRange range)
    {
        GroupEvaluation.CheckTypes(plan, table);
        SortedDictionary<string[], List<(SourceSeries Series, Expr? Condition)>> groups = new(Comparer<string[]>.Create(CompareTags));
        foreach (SourceSeries series in table.Series)
        {
            // A condition on tags alone decides here, before anything is read.
            if (!Sourcing.Reduce(condition, table, series, out Expr? rest))
                continue;
            if (++seriesRead > limits.MaxSeries)
                throw Exceeded("max-select-series", limits.MaxSeries);
            string[] key = [.. plan.Tags.Select(series.Tag)];
            if (!groups.TryGetValue(key, out List<(SourceSeries, Expr?)>? members))
                groups.Add(key, members = []);
            members.Add((series, rest));
        }

        GroupEvaluation evaluation = new(plan, statement, range, limits, table.Computed);
        string[] fields = [.. plan.Variables.Where(v => IsField(table, v)).Select(v => v.Name).Distinct(StringComparer.Ordinal)];
        if (fields.Length == 0)
            yield break;
        foreach ((string[] key, List<(SourceSeries Series, Expr? Condition)> members) in statement.Descending ? groups.Reverse() : groups)
        {
            List<RowSet> sets = [.. members.Select(member => Load(table, plan, member.Series, member.Condition, fields, evaluation.LoadRange)).Where(set => set.Count > 0)];
            if (sets.Count == 0)
                continue;
            List<FieldValue[]> rows = evaluation.Rows(RowSet.Merge(sets, plan.Variables.Count));
            if (rows.Count == 0)
                continue;
            List<KeyValuePair<string, string>>? tags = plan.Tags.Count == 0 ? null : [.. plan.Tags.Select((tag, i) => KeyValuePair.Create(tag, key[i]))];
            yield return new ResultSeries(table.Name, tags, ["time", .. plan.Columns.Select(column => column.Name)], rows, TimeColumn: true);
        }
    }

    private static bool IsField(SourceTable table, VarRef variable) => variable.Cast != "tag" && table.Fields.ContainsKey(variable.Name);

    /// <summary>The rows of one series that the condition keeps; one column per variable of the plan, tags included.</summary>
    private RowSet Load(SourceTable table, SelectPlan plan, SourceSeries series, Expr? condition, string[] fields, TimeRange range)
    {
        string[] tested = condition is null ? [] : [.. condition.Walk().OfType<VarRef>().Where(v => !v.IsTime && IsField(table, v)).Select(v => v.Name).Except(fields, StringComparer.Ordinal).Distinct(StringComparer.Ordinal)];
        string[] all = [.. fields, .. tested];
        valuesRead += series.Estimate(all, range.From, range.To);
        if (valuesRead > limits.MaxValues)
            throw Exceeded("max-select-values", limits.MaxValues);
        RowSet rows = series.Load(all, range.From, range.To);
        if (condition is not null)
        {
            Func<int, FieldValue> test = Evaluation.Bind(condition, expr => expr switch
            {
                VarRef { IsTime: true } => row => FieldValue.Integer(rows.Times[row]),
                VarRef variable when Array.IndexOf(all, variable.Name) is var index && index >= 0 => row => rows.Columns[index][row],
                VarRef variable => _ => FieldValue.String(series.Tag(variable.Name)),
                _ => null,
            });
            rows = rows.Where(row => test(row).AsBoolean);
        }

        if (tested.Length > 0)
            rows = rows.Where(row => AnyField(rows, row, fields.Length));
        FieldValue[][] columns = new FieldValue[plan.Variables.Count][];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = Column(table, series, plan.Variables[i], rows, fields);
        RowSet result = new(rows.Times, columns);
        int[] cast = [.. Enumerable.Range(0, columns.Length).Where(i => IsField(table, plan.Variables[i]))];
        return plan.Variables.Any(v => v.Cast is not null) ? result.Where(row => cast.Any(column => !result.Columns[column][row].IsNull)) : result;
    }

    private static bool AnyField(RowSet rows, int row, int fields)
    {
        for (int i = 0; i < fields; i++)
        {
            if (!rows.Columns[i][row].IsNull)
                return true;
        }

        return false;
    }

    private static FieldValue[] Column(SourceTable table, SourceSeries series, VarRef variable, RowSet rows, string[] fields)
    {
        if (IsField(table, variable))
        {
            FieldValue[] values = rows.Columns[Array.IndexOf(fields, variable.Name)];
            return variable.Cast is null or "field" ? values : Array.ConvertAll(values, value => Cast(value, variable.Cast));
        }

        FieldValue[] column = new FieldValue[rows.Count];
        string tag = variable.Cast == "field" ? "" : series.Tag(variable.Name);
        if (tag.Length > 0)
            Array.Fill(column, FieldValue.String(tag));
        return column;
    }

    private static FieldValue Cast(FieldValue value, string type) => type switch
    {
        "float" when value.IsNumber => FieldValue.Float(value.AsDouble),
        "integer" when value.IsNumber => FieldValue.Integer(value.AsLong),
        "string" when value.IsString => value,
        "boolean" when value.IsBoolean => value,
        _ => FieldValue.Null,
    };

    private static int CompareTags(string[]? left, string[]? right)
    {
        for (int i = 0; i < left!.Length; i++)
        {
            int order = string.CompareOrdinal(left[i], right![i]);
            if (order != 0)
                return order;
        }

        return 0;
    }

    private static InfluxQlException Exceeded(string name, long limit) => new($"{name} limit exceeded: ({limit})");
}
