using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Expressions;

/// <summary>Every mistake that an expression can have, in both languages.</summary>
internal static class ExpressionErrors
{
    public static ExpressionError TooLong() => new(
        Expression.MaximumLength + 1,
        new($"The expression is longer than {Expression.MaximumLength} characters.", $"表达式超过 {Expression.MaximumLength} 个字符。"),
        new("Split it into several tags.", "请拆成多个变量。"));

    public static ExpressionError TooDeep(int column) => new(
        column,
        new($"The expression is nested deeper than {Expression.MaximumDepth} levels.", $"表达式嵌套超过 {Expression.MaximumDepth} 层。"),
        new("Split it into several tags.", "请拆成多个变量。"));

    public static ExpressionError Unexpected(int column, string found) => new(
        column,
        found.Length == 0
            ? new("The expression ends too early.", "表达式不完整。")
            : new($"'{found}' is not expected here.", $"此处不应出现“{found}”。"),
        new("Give a number, a tag, a function or an expression in parentheses.", "应为数字、变量、函数或括号内的表达式。"));

    public static ExpressionError AfterEnd(int column, string found) => new(
        column,
        new($"'{found}' follows a complete expression.", $"完整的表达式之后多出“{found}”。"),
        new("Put an operator in between, or remove it.", "请在中间加运算符，或删除它。"));

    public static ExpressionError Missing(int column, string wanted) => new(
        column,
        new($"'{wanted}' is missing here.", $"此处缺少“{wanted}”。"),
        new($"Put '{wanted}' here.", $"请在此处补上“{wanted}”。"));

    public static ExpressionError BadNumber(int column, string text) => new(
        column,
        new($"'{text}' is not a number.", $"“{text}”不是有效的数字。"),
        new("Write numbers like 12, 0.5 or 1.5e3.", "数字应写成 12、0.5 或 1.5e3。"));

    public static ExpressionError NotClosed(int column, char quote) => new(
        column,
        new($"The {quote} opened here is never closed.", $"此处的 {quote} 没有配对。"),
        new($"Close it with {quote}.", $"请用 {quote} 结束。"));

    public static ExpressionError BadCharacter(int column, char found) => new(
        column,
        new($"The character '{found}' means nothing here.", $"无法识别的字符“{found}”。"),
        new("Put names with such characters between backquotes: `name`.", "含此类字符的名称请放在反引号中：`名称`。"));

    public static ExpressionError SingleOperator(int column, char found) => new(
        column,
        new($"A single '{found}' is not an operator.", $"单个“{found}”不是运算符。"),
        new($"Write '{found}{found}'.", $"请写成“{found}{found}”。"));

    public static ExpressionError NoSuchFunction(int column, string name)
    {
        var known = string.Join(", ", ExpressionFunction.ByName.Keys.Order(StringComparer.Ordinal));
        return new(
            column,
            new($"There is no function '{name}'.", $"没有函数“{name}”。"),
            new($"Known functions: {known}.", $"可用函数：{known}。"));
    }

    public static ExpressionError WrongCount(int column, ExpressionFunction function, int found)
    {
        var wanted = function.Fewest == function.Most ? $"{function.Fewest}" : $"{function.Fewest}-{function.Most}";
        return new(
            column,
            new($"'{function.Name}' takes {wanted} arguments, not {found}.", $"“{function.Name}”需要 {wanted} 个参数，现有 {found} 个。"),
            new($"Give {wanted} arguments.", $"请给出 {wanted} 个参数。"));
    }

    public static ExpressionError NoSuchTag(int column, string name) => new(
        column,
        new($"There is no tag '{name}'.", $"没有变量“{name}”。"),
        new("Name a tag of this device, or device.tag.", "请填写本设备的变量名，或“设备.变量”。"));

    public static ExpressionError WrongKind(int column, ExpressionKind wanted, ExpressionKind found) => new(
        column,
        new($"{Name(wanted).En} is needed here, not {Name(found).En}.", $"此处需要{Name(wanted).Zh}，而不是{Name(found).Zh}。"),
        new($"Give {Name(wanted).En}.", $"请给出{Name(wanted).Zh}。"));

    public static ExpressionError NotFinite(int column) => new(
        column,
        new("The result is not a finite number.", "计算结果不是有限的数。"),
        new("Guard against division by zero and the like, for example with max(1, x).", "请避免除以零等情况，例如使用 max(1, x)。"));

    private static LocalText Name(ExpressionKind kind) => kind switch
    {
        ExpressionKind.Number => new("a number", "数"),
        ExpressionKind.Boolean => new("true or false", "真假值"),
        _ => new("a text", "文本"),
    };
}
