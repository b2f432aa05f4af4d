using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>A SELECT, checked, its wildcards replaced and its columns named.</summary>
internal sealed class SelectPlan
{
    private SelectPlan()
    {
    }

    /// <summary>The columns after <c>time</c>.</summary>
    public required IReadOnlyList<(string Name, Expr Expr)> Columns { get; init; }

    /// <summary>Different calls of functions over many points, outermost; empty for a raw query.</summary>
    public required IReadOnlyList<Call> Calls { get; init; }

    /// <summary>Different fields and tags that columns use.</summary>
    public required IReadOnlyList<VarRef> Variables { get; init; }

    /// <summary>Tags to group by, in order of name.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Buckets of time, or null.</summary>
    public TimeWindow? Window { get; init; }

    /// <summary>One call that answers one of the points themselves.</summary>
    public bool SingleSelector => Calls is [{ } call] && (IsExtreme(call.Name) || Aggregation.Selectors.GetValueOrDefault(call.Name));

    /// <summary>top and bottom.</summary>
    public static bool IsExtreme(string name) => name is "top" or "bottom";

    /// <param name="statement">The statement.</param>
    /// <param name="fields">Types of all fields of its sources.</param>
    /// <param name="tagKeys">Tags of its sources.</param>
    /// <param name="inherited">Tags and window of the query around a subquery.</param>
    public static SelectPlan Make(SelectStatement statement, IReadOnlyDictionary<string, FieldType> fields, IReadOnlyCollection<string> tagKeys, (IReadOnlyList<string> Tags, TimeWindow? Window) inherited)
    {
        (List<string> tags, TimeWindow? window) = Dimensions(statement, tagKeys);
        window ??= inherited.Window;
        // Where tags are grouped by a pattern, a wildcard among the fields means fields alone.
        bool byPattern = statement.Dimensions.Any(dimension => dimension.Bare is Wildcard or RegexLiteral);
        string[] free = byPattern ? [] : [.. tagKeys.Except(tags, StringComparer.Ordinal)];
        List<SelectField> columns = [];
        foreach (SelectField field in statement.Fields)
            columns.AddRange(Expand(field, fields, free));
        columns.RemoveAll(field => field.Expr is VarRef { IsTime: true });
        if (columns.Count == 0 && statement.Fields.All(field => field.Expr is VarRef { IsTime: true }))
            throw new InfluxQlException("at least 1 non-time field must be queried");

        List<Call> calls = [];
        foreach (SelectField column in columns)
            CollectCalls(column.Expr, calls);
        foreach (Call call in calls)
            CallRules.Check(call, statement.Dimensions.Any(dimension => dimension is Call));
        CheckMix(columns, calls, statement);

        // top and bottom answer the tags that they were told to tell apart.
        foreach (Call call in calls.Where(call => IsExtreme(call.Name)))
            columns.InsertRange(columns.FindIndex(column => column.Expr.Walk().Contains(call)) + 1, call.Arguments.Skip(1).SkipLast(1).Select(argument => new SelectField(argument, null)));
        foreach (SelectField column in columns)
            ArithmeticRules.Check(column.Expr, fields);
        List<VarRef> variables = [.. columns.SelectMany(column => column.Expr.Walk()).Concat(calls.SelectMany(call => call.Walk())).OfType<VarRef>().Where(v => !v.IsTime).Distinct()];
        List<string> allTags = [.. tags.Concat(inherited.Tags).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new SelectPlan { Columns = Names(columns), Calls = calls, Variables = variables, Tags = allTags, Window = window };
    }

    private static (List<string> Tags, TimeWindow? Window) Dimensions(SelectStatement statement, IReadOnlyCollection<string> tagKeys)
    {
        SortedSet<string> tags = new(StringComparer.Ordinal);
        TimeWindow? window = null;
        foreach (Expr dimension in statement.Dimensions)
        {
            switch (dimension.Bare)
            {
                case VarRef { IsTime: true }:
                    throw new InfluxQlException("time() is a function and expects at least one argument");
                case VarRef tag:
                    tags.Add(tag.Name);
                    break;
                case Wildcard:
                    tags.UnionWith(tagKeys);
                    break;
                case RegexLiteral pattern:
                    tags.UnionWith(tagKeys.Where(key => pattern.Regex.IsMatch(key)));
                    break;
                case Call { Name: "time" } call when window is null:
                    if (call.Arguments.Count is not (1 or 2))
                        throw new InfluxQlException("time dimension expected 1 or 2 arguments");
                    if (call.Arguments[0] is not DurationLiteral { Nanoseconds: > 0 } interval)
                        throw new InfluxQlException("time dimension must have duration argument");
                    long offset = call.Arguments.Count < 2 ? 0 : call.Arguments[1] is DurationLiteral duration ? duration.Nanoseconds
                        : throw new InfluxQlException("time dimension offset must be duration or now()");
                    window = new TimeWindow(interval.Nanoseconds, offset % interval.Nanoseconds, statement.Zone);
                    break;
                case Call { Name: "time" }:
                    throw new InfluxQlException("multiple time dimensions not allowed");
                case Call:
                    throw new InfluxQlException("only time() calls allowed in dimensions");
                default:
                    throw new InfluxQlException("only time and tag dimensions allowed");
            }
        }

        return ([.. tags], window);
    }

    private static IEnumerable<SelectField> Expand(SelectField field, IReadOnlyDictionary<string, FieldType> fields, string[] freeTags)
    {
        switch (field.Expr)
        {
            case Wildcard { Kind: "field" }:
                return fields.Keys.Order(StringComparer.Ordinal).Select(name => new SelectField(new VarRef(name), null));
            case Wildcard wildcard:
                IEnumerable<string> names = wildcard.Kind == "tag" ? [] : fields.Keys;
                return names.Concat(freeTags).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => new SelectField(new VarRef(name), null));
            case RegexLiteral pattern:
                return fields.Keys.Concat(freeTags).Distinct(StringComparer.Ordinal).Where(name => pattern.Regex.IsMatch(name)).Order(StringComparer.Ordinal).Select(name => new SelectField(new VarRef(name), null));
            case Call call when InnermostWildcard(call) is Expr all:
                Call innermost = Innermost(call);
                if (innermost.Name == "distinct")
                    throw new InfluxQlException("expected field argument in distinct()");
                return fields.Where(pair => (all is not RegexLiteral chosen || chosen.Regex.IsMatch(pair.Key)) && Takes(innermost.Name, pair.Value))
                    .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => new SelectField(Replace(call, new VarRef(pair.Key)), (field.Alias ?? call.Name) + "_" + pair.Key));
            default:
                return [field];
        }
    }

    private static bool Takes(string function, FieldType type) =>
        type is FieldType.Float or FieldType.Integer || !Aggregation.NeedsNumbers(function) && (function is not ("min" or "max") || type == FieldType.Boolean);

    private static Call Innermost(Call call) => call.Arguments is [Call inner, ..] ? Innermost(inner) : call;

    private static Expr? InnermostWildcard(Call call) => Innermost(call).Arguments is [Wildcard or RegexLiteral, ..] ? Innermost(call).Arguments[0] : null;

    private static Call Replace(Call call, VarRef variable) =>
        call with { Arguments = [call.Arguments[0] is Call inner ? Replace(inner, variable) : variable, .. call.Arguments.Skip(1)] };

    private static void CollectCalls(Expr expr, List<Call> calls)
    {
        switch (expr)
        {
            case Call call when Evaluation.IsMath(call.Name):
                int expected = call.Name is "pow" or "atan2" or "log" ? 2 : 1;
                if (call.Arguments.Count != expected)
                    throw new InfluxQlException($"invalid number of arguments for {call.Name}, expected {expected}, got {call.Arguments.Count}");
                foreach (Expr argument in call.Arguments)
                    CollectCalls(argument, calls);
                break;
            case Call call:
                if (!calls.Contains(call))
                    calls.Add(call);
                break;
            case BinaryExpr binary:
                CollectCalls(binary.Left, calls);
                CollectCalls(binary.Right, calls);
                break;
            case ParenExpr paren:
                CollectCalls(paren.Inner, calls);
                break;
        }
    }

    private static void CheckMix(List<SelectField> columns, List<Call> calls, SelectStatement statement)
    {
        bool explicitWindow = statement.Dimensions.Any(dimension => dimension is Call);
        if (columns.Any(column => !column.Expr.Walk().Any(part => part is VarRef)))
            throw new InfluxQlException("field must contain at least one variable");
        bool hasFields = columns.Exists(column => HasBareVariable(column.Expr));
        if (calls.Count == 0)
        {
            if (statement.Fill == FillOption.None)
                throw new InfluxQlException("fill(none) must be used with a function");
            if (explicitWindow && columns.Count > 0)
                throw new InfluxQlException("GROUP BY requires at least one aggregate function");
            return;
        }

        Call? extreme = calls.Find(call => IsExtreme(call.Name));
        if (extreme is not null && calls.Count > 1)
            throw new InfluxQlException($"selector function {extreme.Name}() cannot be combined with other functions");
        if (calls.Exists(call => call.Name == "distinct") && (calls.Count > 1 || hasFields))
            throw new InfluxQlException("aggregate function distinct() cannot be combined with other functions or fields");
        if (!hasFields)
            return;
        bool allSelectors = calls.TrueForAll(call => IsExtreme(call.Name) || Aggregation.Selectors.GetValueOrDefault(call.Name));
        if (!allSelectors)
            throw new InfluxQlException("mixing aggregate and non-aggregate queries is not supported");
        if (calls.Count > 1)
            throw new InfluxQlException("mixing multiple selector functions with tags or fields is not supported");
    }

    private static bool HasBareVariable(Expr expr) => expr switch
    {
        VarRef => true,
        BinaryExpr binary => HasBareVariable(binary.Left) || HasBareVariable(binary.Right),
        ParenExpr paren => HasBareVariable(paren.Inner),
        Call call when Evaluation.IsMath(call.Name) => call.Arguments.Any(HasBareVariable),
        _ => false,
    };

    /// <summary>Names the columns: aliases first, then names made of what the expression uses, numbered where they would repeat.</summary>
    private static List<(string Name, Expr Expr)> Names(List<SelectField> columns)
    {
        Dictionary<string, int> used = new(StringComparer.Ordinal);
        foreach (SelectField column in columns.Where(column => column.Alias is not null))
            used[column.Alias!] = 1;
        List<(string, Expr)> named = [];
        foreach (SelectField column in columns)
        {
            string name = column.Alias ?? NameOf(column.Expr);
            if (column.Alias is null)
            {
                if (used.TryGetValue(name, out int count))
                {
                    string numbered = $"{name}_{count}";
                    while (used.ContainsKey(numbered))
                        numbered = $"{name}_{++count}";
                    used[name] = count + 1;
                    name = numbered;
                }

                used.TryAdd(name, 0);
                used[name] = Math.Max(used[name], 1);
            }

            named.Add((name, column.Expr));
        }

        return named;
    }

    private static string NameOf(Expr expr) => expr switch
    {
        VarRef variable => variable.Name,
        Call call => call.Name,
        ParenExpr paren => NameOf(paren.Inner),
        BinaryExpr binary => string.Join('_', ((string[])[NameOf(binary.Left), NameOf(binary.Right)]).Where(name => name.Length > 0)),
        _ => "",
    };
}
