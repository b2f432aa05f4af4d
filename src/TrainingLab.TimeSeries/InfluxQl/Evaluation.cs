using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>Turns expressions into functions of a row number. What has no value makes what it takes part in have none.</summary>
internal static class Evaluation
{
    private static readonly Dictionary<string, Func<double, double>> Functions = new(StringComparer.Ordinal)
    {
        ["abs"] = Math.Abs, ["ceil"] = Math.Ceiling, ["floor"] = Math.Floor, ["round"] = value => Math.Round(value, MidpointRounding.AwayFromZero),
        ["sqrt"] = Math.Sqrt, ["exp"] = Math.Exp, ["ln"] = Math.Log, ["log2"] = Math.Log2, ["log10"] = Math.Log10,
        ["sin"] = Math.Sin, ["cos"] = Math.Cos, ["tan"] = Math.Tan, ["asin"] = Math.Asin, ["acos"] = Math.Acos, ["atan"] = Math.Atan,
    };

    /// <summary>True for a function of single values, such as <c>abs</c>.</summary>
    public static bool IsMath(string name) => Functions.ContainsKey(name) || name is "pow" or "atan2" or "log";

    /// <summary>Binds an expression; <paramref name="leaf"/> binds fields, tags and calls that it knows and returns null for others.</summary>
    public static Func<int, FieldValue> Bind(Expr expr, Func<Expr, Func<int, FieldValue>?> leaf)
    {
        if (leaf(expr) is { } bound)
            return bound;
        switch (expr)
        {
            case ParenExpr paren:
                return Bind(paren.Inner, leaf);
            case Literal literal:
                return _ => literal.Value;
            case DurationLiteral duration:
                return _ => FieldValue.Integer(duration.Nanoseconds);
            case TimeLiteral time:
                return _ => FieldValue.Integer(time.Nanoseconds);
            case BinaryExpr { Right: RegexLiteral pattern } match:
                Func<int, FieldValue> subject = Bind(match.Left, leaf);
                bool wanted = match.Operator == "=~";
                return row => subject(row) is { IsString: true } text ? FieldValue.Boolean(pattern.Regex.IsMatch(text.AsString) == wanted) : FieldValue.Null;
            case BinaryExpr binary:
                Func<int, FieldValue> left = Bind(binary.Left, leaf);
                Func<int, FieldValue> right = Bind(binary.Right, leaf);
                return binary.Operator switch
                {
                    "AND" => row => FieldValue.Boolean(left(row).AsBoolean && right(row).AsBoolean),
                    "OR" => row => FieldValue.Boolean(left(row).AsBoolean || right(row).AsBoolean),
                    _ => row => Apply(binary.Operator, left(row), right(row)),
                };
            case Call call when IsMath(call.Name):
                return BindMath(call, leaf);
            default:
                return _ => FieldValue.Null;
        }
    }

    /// <summary>Applies an operator other than AND and OR to two values.</summary>
    public static FieldValue Apply(string operation, FieldValue left, FieldValue right)
    {
        if (left.IsNull || right.IsNull)
            return FieldValue.Null;
        if (left.IsNumber && right.IsNumber)
            return left.IsInteger && right.IsInteger ? Integers(operation, left.AsLong, right.AsLong) : Floats(operation, left.AsDouble, right.AsDouble);
        if (left.IsBoolean && right.IsBoolean)
            return Booleans(operation, left.AsBoolean, right.AsBoolean);
        if (left.IsString && right.IsString)
        {
            return operation switch
            {
                "=" => FieldValue.Boolean(left == right),
                "!=" => FieldValue.Boolean(left != right),
                _ => FieldValue.Null,
            };
        }

        return operation is "=" or "!=" or "<" or "<=" or ">" or ">=" ? FieldValue.Boolean(false) : FieldValue.Null;
    }

    private static FieldValue Floats(string operation, double left, double right) => operation switch
    {
        "+" => FieldValue.Float(left + right),
        "-" => FieldValue.Float(left - right),
        "*" => FieldValue.Float(left * right),
        "/" => FieldValue.Float(right == 0 ? 0 : left / right),
        "%" => FieldValue.Float(left % right),
        _ => Compare(operation, left.CompareTo(right)),
    };

    private static FieldValue Integers(string operation, long left, long right) => operation switch
    {
        "+" => FieldValue.Integer(unchecked(left + right)),
        "-" => FieldValue.Integer(unchecked(left - right)),
        "*" => FieldValue.Integer(unchecked(left * right)),
        "/" => FieldValue.Float(right == 0 ? 0 : (double)left / right),
        "%" => FieldValue.Integer(right is 0 or -1 ? 0 : left % right),
        "&" => FieldValue.Integer(left & right),
        "|" => FieldValue.Integer(left | right),
        "^" => FieldValue.Integer(left ^ right),
        _ => Compare(operation, left.CompareTo(right)),
    };

    private static FieldValue Booleans(string operation, bool left, bool right) => operation switch
    {
        "&" => FieldValue.Boolean(left & right),
        "|" => FieldValue.Boolean(left | right),
        "^" => FieldValue.Boolean(left ^ right),
        "=" => FieldValue.Boolean(left == right),
        "!=" => FieldValue.Boolean(left != right),
        _ => FieldValue.Null,
    };

    private static FieldValue Compare(string operation, int order) => operation switch
    {
        "=" => FieldValue.Boolean(order == 0),
        "!=" => FieldValue.Boolean(order != 0),
        "<" => FieldValue.Boolean(order < 0),
        "<=" => FieldValue.Boolean(order <= 0),
        ">" => FieldValue.Boolean(order > 0),
        ">=" => FieldValue.Boolean(order >= 0),
        _ => FieldValue.Null,
    };

    private static Func<int, FieldValue> BindMath(Call call, Func<Expr, Func<int, FieldValue>?> leaf)
    {
        Func<int, FieldValue>[] arguments = [.. call.Arguments.Select(argument => Bind(argument, leaf))];
        return row =>
        {
            FieldValue first = arguments[0](row);
            if (!first.IsNumber)
                return FieldValue.Null;
            if (Functions.TryGetValue(call.Name, out Func<double, double>? function))
            {
                bool keepsInteger = first.IsInteger && call.Name is "abs" or "ceil" or "floor" or "round";
                return keepsInteger ? FieldValue.Integer(call.Name == "abs" ? Math.Abs(Math.Max(first.AsLong, -long.MaxValue)) : first.AsLong) : Finite(function(first.AsDouble));
            }

            FieldValue second = arguments[1](row);
            if (!second.IsNumber)
                return FieldValue.Null;
            return Finite(call.Name switch
            {
                "pow" => Math.Pow(first.AsDouble, second.AsDouble),
                "atan2" => Math.Atan2(first.AsDouble, second.AsDouble),
                _ => Math.Log(first.AsDouble, second.AsDouble),
            });
        };
    }

    private static FieldValue Finite(double value) => double.IsFinite(value) ? FieldValue.Float(value) : FieldValue.Null;
}
