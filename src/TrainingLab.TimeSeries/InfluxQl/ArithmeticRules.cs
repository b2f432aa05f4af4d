using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>Refuses arithmetic with texts and truth values, in InfluxDB's words.</summary>
internal static class ArithmeticRules
{
    /// <exception cref="InfluxQlException">An operator joins values that it cannot.</exception>
    public static void Check(Expr expr, IReadOnlyDictionary<string, FieldType> fields)
    {
        foreach (BinaryExpr binary in expr.Walk().OfType<BinaryExpr>())
        {
            FieldType? left = TypeOf(binary.Left, fields);
            FieldType? right = TypeOf(binary.Right, fields);
            if (left is null || right is null)
                continue;
            bool numbers = left is FieldType.Float or FieldType.Integer && right is FieldType.Float or FieldType.Integer;
            bool truths = left == FieldType.Boolean && right == FieldType.Boolean && binary.Operator is "&" or "|" or "^";
            if (!numbers && !truths)
                throw new InfluxQlException($"type error: {Typed(binary, fields)}: incompatible types: {left.Value.Name()} and {right.Value.Name()}");
        }
    }

    private static FieldType? TypeOf(Expr expr, IReadOnlyDictionary<string, FieldType> fields) => expr.Bare switch
    {
        VarRef { Cast: null } variable => fields.TryGetValue(variable.Name, out FieldType type) ? type : null,
        Literal literal => literal.Value.Type,
        _ => null,
    };

    private static Expr Typed(Expr expr, IReadOnlyDictionary<string, FieldType> fields) => expr switch
    {
        VarRef { Cast: null } variable when fields.TryGetValue(variable.Name, out FieldType type) => variable with { Cast = type.Name() },
        BinaryExpr binary => new BinaryExpr(binary.Operator, Typed(binary.Left, fields), Typed(binary.Right, fields)),
        ParenExpr paren => new ParenExpr(Typed(paren.Inner, fields)),
        _ => expr,
    };
}
