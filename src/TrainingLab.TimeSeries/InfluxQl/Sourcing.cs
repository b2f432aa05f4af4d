using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>Finds databases, measurements and series that a statement names.</summary>
internal static class Sourcing
{
    /// <summary>The database a statement means.</summary>
    public static Database Database(TimeSeriesStore store, string? name)
    {
        if (string.IsNullOrEmpty(name))
            throw new InfluxQlException("database name required");
        return store.Find(name) ?? throw new InfluxQlException($"database not found: {name}");
    }

    /// <summary>The measurements that a source names; none when there is no such measurement.</summary>
    public static IEnumerable<Measurement> Measurements(TimeSeriesStore store, string? database, MeasurementSource source)
    {
        Database found = Database(store, source.Database ?? database);
        if (source.Policy is not (null or "autogen"))
            throw new InfluxQlException($"retention policy not found: {source.Policy}");
        if (source.Pattern is not null)
            return found.Measurements.Values.Where(measurement => source.Pattern.Regex.IsMatch(measurement.Name));
        return found.Measurements.TryGetValue(source.Name, out Measurement? measurement) ? [measurement] : [];
    }

    /// <summary>Puts the tags of a series into a condition: false when it can never hold, else what is left to test per row (null: nothing).</summary>
    public static bool Reduce(Expr? condition, SourceTable table, SourceSeries series, out Expr? rest)
    {
        rest = null;
        switch (condition)
        {
            case null:
                return true;
            case ParenExpr paren:
                return Reduce(paren.Inner, table, series, out rest);
            case BinaryExpr { Operator: "AND" } both:
                if (!Reduce(both.Left, table, series, out Expr? left) || !Reduce(both.Right, table, series, out Expr? right))
                    return false;
                rest = left is null ? right : right is null ? left : new BinaryExpr("AND", left, right);
                return true;
            case BinaryExpr { Operator: "OR" } either:
                bool first = Reduce(either.Left, table, series, out Expr? one);
                bool second = Reduce(either.Right, table, series, out Expr? other);
                if ((first && one is null) || (second && other is null))
                    return true;
                rest = first && second ? new BinaryExpr("OR", one!, other!) : first ? one : other;
                return first || second;
            default:
                bool needsRows = condition.Walk().OfType<VarRef>().Any(v => v.IsTime || (v.Cast != "tag" && table.Fields.ContainsKey(v.Name)));
                if (needsRows)
                {
                    rest = condition;
                    return true;
                }

                return Evaluation.Bind(condition, expr => expr is VarRef variable ? _ => FieldValue.String(series.Tag(variable.Name)) : null)(0).AsBoolean;
        }
    }
}
