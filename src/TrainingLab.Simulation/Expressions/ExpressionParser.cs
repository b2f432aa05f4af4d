using System.Globalization;
using System.Runtime.InteropServices;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Expressions;

/// <summary>
/// Recursive descent, one method per level of precedence. It stops at the first mistake: what follows a mistake in one line would be guessing.
/// </summary>
internal sealed class ExpressionParser(string text)
{
    private readonly List<ExpressionError> errors = [];
    private readonly List<string> references = [];
    private ExpressionToken token;
    private int position;
    private int depth;

    public IReadOnlyList<ExpressionError> Errors => errors;

    public Expression? Parse()
    {
        if (text.Length > Expression.MaximumLength)
        {
            errors.Add(ExpressionErrors.TooLong());
            return null;
        }
        Advance();
        var root = Conditional();
        if (root is not null && token.Kind != ExpressionTokenKind.End)
            Fail(ExpressionErrors.AfterEnd(token.Column, token.Text));
        return root is null || errors.Count > 0 ? null : new Expression(text, root, references);
    }

    private void Advance() => token = ExpressionToken.Read(text, ref position, errors);

    private bool Is(string symbol) => token.Kind == ExpressionTokenKind.Symbol && string.Equals(token.Text, symbol, StringComparison.Ordinal);

    private bool Take(string symbol)
    {
        if (!Is(symbol))
            return false;
        Advance();
        return true;
    }

    private bool Need(string symbol)
    {
        if (Take(symbol))
            return true;
        Fail(ExpressionErrors.Missing(token.Column, symbol));
        return false;
    }

    private ExpressionNode? Fail(ExpressionError error)
    {
        if (errors.Count == 0)
            errors.Add(error);
        return null;
    }

    private ExpressionNode? Conditional()
    {
        if (++depth > Expression.MaximumDepth)
            return Fail(ExpressionErrors.TooDeep(token.Column));
        var condition = Or();
        var column = token.Column;
        if (condition is not null && Take("?"))
        {
            var whenTrue = Conditional();
            if (whenTrue is null || !Need(":"))
                return null;
            var whenFalse = Conditional();
            condition = whenFalse is null ? null : new ConditionalNode(column, condition, whenTrue, whenFalse);
        }
        depth--;
        return condition;
    }

    private ExpressionNode? Or() => Chain(And, static (column, _, left, right) => new LogicNode(column, isAnd: false, left, right), "||");

    private ExpressionNode? And() => Chain(Equality, static (column, _, left, right) => new LogicNode(column, isAnd: true, left, right), "&&");

    private ExpressionNode? Equality() =>
        Chain(Order, static (column, symbol, left, right) => new EqualityNode(column, symbol == "!=", left, right), "==", "!=");

    private ExpressionNode? Order() =>
        Chain(Sum, static (column, symbol, left, right) => new OrderNode(column, symbol, left, right), "<=", ">=", "<", ">");

    private ExpressionNode? Sum() =>
        Chain(Product, static (column, symbol, left, right) => new ArithmeticNode(column, symbol[0], left, right), "+", "-");

    private ExpressionNode? Product() =>
        Chain(Unary, static (column, symbol, left, right) => new ArithmeticNode(column, symbol[0], left, right), "*", "/", "%");

    /// <summary>operand (symbol operand)*, grouped to the left. Its length, and so the depth of the tree, is bounded by <see cref="Expression.MaximumLength"/>.</summary>
    private ExpressionNode? Chain(
        Func<ExpressionNode?> operand,
        Func<int, string, ExpressionNode, ExpressionNode, ExpressionNode> combine,
        params ReadOnlySpan<string> symbols)
    {
        var left = operand();
        while (left is not null && token.Kind == ExpressionTokenKind.Symbol && symbols.Contains(token.Text))
        {
            var (symbol, column) = (token.Text, token.Column);
            Advance();
            var right = operand();
            left = right is null ? null : combine(column, symbol, left, right);
        }
        return left;
    }

    private ExpressionNode? Unary()
    {
        if (!Is("-") && !Is("!") && !Is("+"))
            return Power();
        if (++depth > Expression.MaximumDepth)
            return Fail(ExpressionErrors.TooDeep(token.Column));
        var (operation, column) = (token.Text[0], token.Column);
        Advance();
        var operand = Unary();
        depth--;
        return operand is null ? null : new UnaryNode(column, operation, operand);
    }

    private ExpressionNode? Power()
    {
        var left = Primary();
        var column = token.Column;
        if (left is null || !Take("^"))
            return left;
        if (++depth > Expression.MaximumDepth)
            return Fail(ExpressionErrors.TooDeep(column));
        var right = Unary();
        depth--;
        return right is null ? null : new ArithmeticNode(column, '^', left, right);
    }

    private ExpressionNode? Primary()
    {
        var here = token;
        switch (here.Kind)
        {
            case ExpressionTokenKind.Number:
                Advance();
                return double.TryParse(here.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                    ? new LiteralNode(here.Column, number)
                    : Fail(ExpressionErrors.BadNumber(here.Column, here.Text));
            case ExpressionTokenKind.Text:
                Advance();
                return new LiteralNode(here.Column, here.Text);
            case ExpressionTokenKind.QuotedName:
                Advance();
                return Reference(here);
            case ExpressionTokenKind.Name:
                Advance();
                return here.Text switch
                {
                    "true" => new LiteralNode(here.Column, true),
                    "false" => new LiteralNode(here.Column, false),
                    _ => Is("(") ? Call(here) : Reference(here),
                };
            default:
                if (!Take("("))
                    return Fail(ExpressionErrors.Unexpected(here.Column, here.Text));
                var inner = Conditional();
                return inner is not null && Need(")") ? inner : null;
        }
    }

    private ReferenceNode Reference(ExpressionToken name)
    {
        if (!references.Contains(name.Text, StringComparer.Ordinal))
            references.Add(name.Text);
        return new ReferenceNode(name.Column, name.Text);
    }

    private ExpressionNode? Call(ExpressionToken name)
    {
        if (!ExpressionFunction.ByName.TryGetValue(name.Text, out var function))
            return Fail(ExpressionErrors.NoSuchFunction(name.Column, name.Text));
        Advance(); // (
        var arguments = new List<ExpressionNode>();
        if (!Is(")"))
        {
            do
            {
                if (Conditional() is not { } argument)
                    return null;
                arguments.Add(argument);
            }
            while (Take(","));
        }
        if (!Need(")"))
            return null;
        return arguments.Count >= function.Fewest && arguments.Count <= function.Most
            ? new FunctionNode(name.Column, function, arguments)
            : Fail(ExpressionErrors.WrongCount(name.Column, function, arguments.Count));
    }
}

internal enum ExpressionTokenKind
{
    End,
    Number,
    Text,
    Name,
    QuotedName,
    Symbol,
}

/// <summary>One word of an expression, and its column counted from 1.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ExpressionToken(ExpressionTokenKind Kind, string Text, int Column)
{
    private static readonly string[] symbols = ["<=", ">=", "==", "!=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "^", "!", "?", ":", "(", ")", ","];

    public static ExpressionToken Read(string text, ref int position, List<ExpressionError> errors)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
            position++;
        var start = position;
        if (start >= text.Length)
            return new(ExpressionTokenKind.End, "", start + 1);
        var first = text[start];
        if (char.IsAsciiDigit(first) || (first == '.' && start + 1 < text.Length && char.IsAsciiDigit(text[start + 1])))
            return Number(text, ref position);
        if (IsNameStart(first))
        {
            while (position < text.Length && (IsNameStart(text[position]) || char.IsDigit(text[position]) || text[position] == '.'))
                position++;
            return new(ExpressionTokenKind.Name, text[start..position], start + 1);
        }
        if (first is '\'' or '"' or '`')
        {
            var end = text.IndexOf(first, start + 1);
            if (end < 0)
                return Bad(ExpressionErrors.NotClosed(start + 1, first), text, ref position, errors);
            position = end + 1;
            return new(first == '`' ? ExpressionTokenKind.QuotedName : ExpressionTokenKind.Text, text[(start + 1)..end], start + 1);
        }
        foreach (var symbol in symbols)
        {
            if (string.CompareOrdinal(text, start, symbol, 0, symbol.Length) != 0)
                continue;
            position += symbol.Length;
            return new(ExpressionTokenKind.Symbol, symbol, start + 1);
        }
        var error = first is '=' or '&' or '|' ? ExpressionErrors.SingleOperator(start + 1, first) : ExpressionErrors.BadCharacter(start + 1, first);
        return Bad(error, text, ref position, errors);
    }

    private static ExpressionToken Number(string text, ref int position)
    {
        var start = position;
        while (position < text.Length && (char.IsAsciiLetterOrDigit(text[position]) || text[position] == '.' || IsExponentSign(text, start, position)))
            position++;
        return new(ExpressionTokenKind.Number, text[start..position], start + 1);
    }

    private static bool IsExponentSign(string text, int start, int position) =>
        text[position] is '+' or '-' && position > start && text[position - 1] is 'e' or 'E';

    private static bool IsNameStart(char character) => char.IsLetter(character) || character == '_';

    private static ExpressionToken Bad(ExpressionError error, string text, ref int position, List<ExpressionError> errors)
    {
        // Only the first mistake is told; the rest of the text is given up.
        if (errors.Count == 0)
            errors.Add(error);
        var start = position;
        position = text.Length;
        return new(ExpressionTokenKind.End, "", start + 1);
    }
}
