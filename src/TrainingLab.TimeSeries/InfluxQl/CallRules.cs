using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>What the functions take, told in InfluxDB's words when a call gives something else.</summary>
internal static class CallRules
{
    /// <summary>Checks one call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="hasInterval">The query groups by time.</param>
    /// <exception cref="InfluxQlException">The call is not allowed.</exception>
    public static void Check(Call call, bool hasInterval)
    {
        string name = call.Name;
        if (SelectPlan.IsExtreme(name))
            CheckExtreme(call);
        else if (Transformation.Names.Contains(name))
            CheckTransformation(call, hasInterval);
        else if (name == "integral")
            CheckUnit(call, Count(call, 1, 2));
        else if (name == "percentile")
            CheckPercentile(call);
        else if (name == "distinct" || Aggregation.Selectors.ContainsKey(name))
            CheckField(call, Count(call, 1, 1), allowDistinct: name == "count");
        else
            throw new InfluxQlException($"undefined function {name}()");
    }

    private static Expr? Count(Call call, int least, int most)
    {
        if (call.Arguments.Count < least || call.Arguments.Count > most)
        {
            string expected = least == most ? $"expected {least}" : $"expected at least {least} but no more than {most}";
            throw new InfluxQlException($"invalid number of arguments for {call.Name}, {expected}, got {call.Arguments.Count}");
        }

        return call.Arguments[0];
    }

    private static void CheckField(Call call, Expr? argument, bool allowDistinct = false)
    {
        if (argument is VarRef || (allowDistinct && argument is Call { Name: "distinct", Arguments: [VarRef] }))
            return;
        throw new InfluxQlException($"expected field argument in {call.Name}()");
    }

    private static void CheckPercentile(Call call)
    {
        CheckField(call, Count(call, 2, 2));
        if (call.Arguments[1] is not Literal { Value.IsNumber: true })
            throw new InfluxQlException("expected float argument in percentile()");
    }

    private static void CheckUnit(Call call, Expr? argument)
    {
        CheckField(call, argument);
        CheckDuration(call);
    }

    private static void CheckDuration(Call call)
    {
        if (call.Arguments.Count < 2)
            return;
        if (call.Arguments[1] is not DurationLiteral duration)
            throw new InfluxQlException($"second argument to {call.Name} must be a duration, got {(call.Arguments[1] is Literal literal ? literal.GoType : "*influxql." + call.Arguments[1].GetType().Name)}");
        if (duration.Nanoseconds <= 0)
            throw new InfluxQlException($"duration argument must be positive, got {duration}");
    }

    private static void CheckTransformation(Call call, bool hasInterval)
    {
        bool single = call.Name is "difference" or "non_negative_difference" or "cumulative_sum";
        bool moving = call.Name == "moving_average";
        Expr? argument = Count(call, moving ? 2 : 1, single ? 1 : 2);
        if (moving)
        {
            if (call.Arguments[1] is not Literal { Value.IsInteger: true } length)
                throw new InfluxQlException($"second argument for moving_average must be an integer, got {(call.Arguments[1] is Literal literal ? literal.GoType : "*influxql." + call.Arguments[1].GetType().Name)}");
            if (length.Value.AsLong <= 1)
                throw new InfluxQlException($"moving_average window must be greater than 1, got {length.Value.AsLong}");
            if (length.Value.AsLong > int.MaxValue)
                throw new InfluxQlException("moving_average small-period must be less than its long-period");
        }
        else
        {
            CheckDuration(call);
        }

        if (argument is Call inner)
        {
            if (!hasInterval)
                throw new InfluxQlException($"{call.Name} aggregate requires a GROUP BY interval");
            Check(inner, hasInterval);
        }
        else
        {
            CheckField(call, argument);
            if (hasInterval)
                throw new InfluxQlException($"aggregate function required inside the call to {call.Name}");
        }
    }

    private static void CheckExtreme(Call call)
    {
        if (call.Arguments.Count < 2)
            throw new InfluxQlException($"invalid number of arguments for {call.Name}, expected at least 2, got {call.Arguments.Count}");
        if (call.Arguments[^1] is not Literal { Value.IsInteger: true } limit)
            throw new InfluxQlException($"expected integer as last argument in {call.Name}(), found {call.Arguments[^1]}");
        if (limit.Value.AsLong is <= 0 or > int.MaxValue)
            throw new InfluxQlException($"limit ({limit.Value.AsLong}) in {call.Name} function must be at least 1");
        if (call.Arguments[0] is not VarRef)
            throw new InfluxQlException($"expected first argument to be a field in {call.Name}(), found {call.Arguments[0]}");
        foreach (Expr tag in call.Arguments.Skip(1).SkipLast(1))
        {
            if (tag is not VarRef)
                throw new InfluxQlException($"only fields or tags are allowed in {call.Name}(), found {tag}");
        }
    }
}
