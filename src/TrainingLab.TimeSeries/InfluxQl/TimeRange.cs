using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>A range of time, both ends included, nanoseconds.</summary>
internal readonly record struct TimeRange(long From, long To)
{
    public static TimeRange All => new(long.MinValue, long.MaxValue);

    /// <summary>No lower end was given.</summary>
    public bool OpenBelow => From == long.MinValue;

    public TimeRange Intersect(TimeRange other) => new(Math.Max(From, other.From), Math.Min(To, other.To));

    /// <summary>Takes what a condition says about time out of it, as far as AND joins it to the rest; the rest is null when nothing is left.</summary>
    public static (TimeRange Range, Expr? Residual) Split(Expr? condition, long now, TimeZoneInfo? zone)
    {
        switch (condition)
        {
            case null:
                return (All, null);
            case VarRef or Call:
                throw new InfluxQlException($"invalid condition expression: {condition}");
            case ParenExpr paren:
                (TimeRange innerRange, Expr? inner) = Split(paren.Inner, now, zone);
                return (innerRange, inner is null ? null : new ParenExpr(inner));
            case BinaryExpr { Operator: "AND" } both:
                (TimeRange leftRange, Expr? left) = Split(both.Left, now, zone);
                (TimeRange rightRange, Expr? right) = Split(both.Right, now, zone);
                return (leftRange.Intersect(rightRange), left is null ? right : right is null ? left : new BinaryExpr("AND", left, right));
            case BinaryExpr { Left.Bare: VarRef { IsTime: true } } time:
                return (Bound(time.Operator, ToTime(time.Right, now, zone)), null);
            case BinaryExpr { Right.Bare: VarRef { IsTime: true } } time:
                return (Bound(Turn(time.Operator), ToTime(time.Left, now, zone)), null);
            case BinaryExpr { Operator: "OR" } either:
                return (All, new BinaryExpr("OR", Resolve(either.Left, now, zone), Resolve(either.Right, now, zone)));
            default:
                return (All, condition);
        }
    }

    /// <summary>The instant that an expression without fields means.</summary>
    public static long ToTime(Expr expr, long now, TimeZoneInfo? zone)
    {
        switch (expr.Bare)
        {
            case TimeLiteral time:
                return time.Nanoseconds;
            case Literal { Value.IsString: true } text:
                return TimeText.TryRead(text.Value.AsString, zone, out long nanoseconds)
                    ? nanoseconds
                    : throw new InfluxQlException($"invalid operation: time and {text.GoType} are not compatible");
            case Literal { Value.IsNumber: true } number:
                return number.Value.AsLong;
            case DurationLiteral duration:
                return duration.Nanoseconds;
            case Call { Name: "now", Arguments.Count: 0 }:
                return now;
            case BinaryExpr { Operator: "+" or "-" } sum:
                long left = ToTime(sum.Left, now, zone);
                long right = ToTime(sum.Right, now, zone);
                return unchecked(sum.Operator == "+" ? left + right : left - right);
            case BinaryExpr { Operator: "*" } product:
                return unchecked(ToTime(product.Left, now, zone) * ToTime(product.Right, now, zone));
            default:
                throw new InfluxQlException($"invalid time condition: {expr}");
        }
    }

    /// <summary>Replaces what is compared with time by instants, for conditions that are tested row by row.</summary>
    private static Expr Resolve(Expr expr, long now, TimeZoneInfo? zone) => expr switch
    {
        ParenExpr paren => new ParenExpr(Resolve(paren.Inner, now, zone)),
        BinaryExpr { Operator: "AND" or "OR" } both => new BinaryExpr(both.Operator, Resolve(both.Left, now, zone), Resolve(both.Right, now, zone)),
        BinaryExpr { Left.Bare: VarRef { IsTime: true } } time => new BinaryExpr(time.Operator, time.Left, new TimeLiteral(ToTime(time.Right, now, zone))),
        BinaryExpr { Right.Bare: VarRef { IsTime: true } } time => new BinaryExpr(time.Operator, new TimeLiteral(ToTime(time.Left, now, zone)), time.Right),
        VarRef or Call => throw new InfluxQlException($"invalid condition expression: {expr}"),
        _ => expr,
    };

    private static TimeRange Bound(string operation, long time) => operation switch
    {
        "=" => new TimeRange(time, time),
        ">" => new TimeRange(time == long.MaxValue ? time : time + 1, long.MaxValue),
        ">=" => new TimeRange(time, long.MaxValue),
        "<" => new TimeRange(long.MinValue, time == long.MinValue ? time : time - 1),
        "<=" => new TimeRange(long.MinValue, time),
        _ => throw new InfluxQlException($"invalid time comparison operator: {operation}"),
    };

    private static string Turn(string operation) => operation switch
    {
        ">" => "<",
        ">=" => "<=",
        "<" => ">",
        "<=" => ">=",
        _ => operation,
    };
}
