using System.Globalization;
using System.Text.RegularExpressions;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>Reads tokens and expressions; the statements are in the other file of this class. Mistakes are told in InfluxDB's words.</summary>
internal sealed partial class Parser
{
    private const string Operand = "identifier, string, number, bool";

    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    private readonly Lexer lexer;
    private readonly QueryLimits limits;
    private readonly IReadOnlyDictionary<string, FieldValue>? parameters;
    private Token token;
    private Token before;
    private int depth;
    private int operators;

    /// <summary>Place after the last opening parenthesis of a call.</summary>
    private int callOpenedAt = -1;

    private Parser(string text, QueryLimits limits, IReadOnlyDictionary<string, FieldValue>? parameters)
    {
        lexer = new Lexer(text);
        this.limits = limits;
        this.parameters = parameters;
        token = lexer.Next(0);
    }

    /// <summary>Reads a whole text.</summary>
    /// <exception cref="InfluxQlException">It is not InfluxQL.</exception>
    public static IReadOnlyList<Statement> Parse(string text, QueryLimits limits, IReadOnlyDictionary<string, FieldValue>? parameters = null)
    {
        if (text.Length > limits.MaxQueryLength)
            throw Refuse($"max-query-length limit exceeded: ({text.Length}/{limits.MaxQueryLength})");
        return new Parser(text.Trim(), limits, parameters).ParseStatements();
    }

    private static InfluxQlException Refuse(string reason) => new("error parsing query: " + reason);

    private InfluxQlException Unexpected(string expected)
    {
        int place = token.Start;

        // InfluxDB has looked one character too far when a word or an opening parenthesis of a call is the last thing.
        if (token.Kind == TokenKind.End && ((before.Is("(") && before.End == callOpenedAt) || before.Kind is TokenKind.Identifier or TokenKind.Keyword or TokenKind.Integer or TokenKind.Duration or TokenKind.Number))
            place++;

        // Of what is in quotation marks it tells the place before.
        if (token.Kind is TokenKind.String or TokenKind.BadString or TokenKind.QuotedIdentifier)
            place--;
        int line = lexer.Text.AsSpan(0, Math.Clamp(token.Start, 0, lexer.Text.Length)).Count('\n');
        int lineStart = line == 0 ? 0 : lexer.Text.LastIndexOf('\n', Math.Max(0, token.Start - 1)) + 1;
        return Refuse(string.Create(CultureInfo.InvariantCulture, $"found {token.Found}, expected {expected} at line {line + 1}, char {place - lineStart + 1}"));
    }

    private void Advance()
    {
        before = token;
        token = lexer.Next(token.End);
    }

    private bool Accept(string symbolOrKeyword)
    {
        if (!token.Is(symbolOrKeyword))
            return false;
        Advance();
        return true;
    }

    private void Expect(string symbolOrKeyword)
    {
        if (!Accept(symbolOrKeyword))
            throw Unexpected(symbolOrKeyword);
    }

    private string ExpectIdentifier()
    {
        if (token.Kind is not (TokenKind.Identifier or TokenKind.QuotedIdentifier))
            throw Unexpected("identifier");
        string name = token.Text;
        Advance();
        return name;
    }

    private RegexLiteral? AcceptRegex()
    {
        if (lexer.NextRegex(token.Start) is not { } regex)
            return null;
        token = regex;
        if (regex.Kind == TokenKind.BadString)
            throw Refuse(string.Create(CultureInfo.InvariantCulture, $"bad regex: {regex.Text} at line 1, char {regex.Start + 1}"));
        RegexLiteral literal;
        try
        {
            literal = new RegexLiteral(regex.Text, new Regex(regex.Text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchTimeout));
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw Refuse($"error parsing regexp: {error.Message}");
        }

        Advance();
        return literal;
    }

    private Expr ParseExpr(int level = 1)
    {
        Expr left = level > 5 ? ParseUnary() : ParseExpr(level + 1);
        while (level <= 5 && token.Kind is TokenKind.Symbol or TokenKind.Keyword && Precedence(token.Text) == level)
        {
            if (++operators > limits.MaxOperators)
                throw Refuse($"max-operators limit exceeded: ({limits.MaxOperators})");
            string symbol = token.Text;
            if (symbol is "=~" or "!~")
            {
                Token operation = token;
                Advance();
                left = new BinaryExpr(operation.Text, left, AcceptRegex() ?? throw Unexpected("regex"));
                continue;
            }

            Advance();
            left = new BinaryExpr(symbol, left, ParseExpr(level + 1));
        }

        return left;
    }

    private static int Precedence(string symbol) => symbol switch
    {
        "OR" => 1,
        "AND" => 2,
        "=" or "!=" or "<" or "<=" or ">" or ">=" or "=~" or "!~" => 3,
        "+" or "-" or "|" or "^" => 4,
        "*" or "/" or "%" or "&" => 5,
        _ => 0,
    };

    private Expr ParseUnary()
    {
        if (++depth > limits.MaxDepth)
            throw Refuse($"max-depth limit exceeded: ({limits.MaxDepth})");
        Expr operand = ParseOperand();
        depth--;
        return operand;
    }

    private Expr ParseOperand()
    {
        Token at = token;
        switch (token.Kind)
        {
            case TokenKind.Symbol when token.Text == "(":
                Advance();
                Expr inner = ParseExpr();
                Expect(")");
                return new ParenExpr(inner);
            case TokenKind.Symbol when token.Text is "-" or "+":
                return ParseSigned(at.Text == "-");
            case TokenKind.Symbol when token.Text == "*":
                Advance();
                return new Wildcard(Accept("::") ? ParseCast() : null);
            case TokenKind.Symbol when token.Text == "/":
                return AcceptRegex() ?? throw Unexpected(Operand);
            case TokenKind.Identifier:
                Advance();
                return token.Is("(") ? ParseCall(at.Text) : ParseVarRef(at.Text);
            case TokenKind.QuotedIdentifier:
                Advance();
                return ParseVarRef(at.Text);
            case TokenKind.Keyword when token.Text == "DISTINCT":
                Advance();
                return token.Is("(") ? ParseCall("distinct") : new Call("distinct", [new VarRef(ExpectIdentifier())]);
            case TokenKind.Keyword when token.Text is "TRUE" or "FALSE":
                Advance();
                return new Literal(FieldValue.Boolean(at.Text == "TRUE"));
            case TokenKind.String:
                Advance();
                return new Literal(FieldValue.String(at.Text));
            case TokenKind.Integer:
                Advance();
                return long.TryParse(at.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long integer)
                    ? new Literal(FieldValue.Integer(integer))
                    : throw Refuse("unable to parse integer");
            case TokenKind.Number:
                Advance();
                return new Literal(FieldValue.Float(double.Parse(at.Text, CultureInfo.InvariantCulture)));
            case TokenKind.Duration:
                Advance();
                return DurationText.TryRead(at.Text, out long nanoseconds) ? new DurationLiteral(nanoseconds) : throw Refuse("invalid duration");
            case TokenKind.Parameter:
                Advance();
                return parameters is not null && parameters.TryGetValue(at.Text, out FieldValue value)
                    ? new Literal(value)
                    : throw Refuse($"missing parameter: {at.Text}");
            default:
                throw Unexpected(Operand);
        }
    }

    private Expr ParseSigned(bool negative)
    {
        Advance();
        Expr operand = ParseUnary();
        return operand switch
        {
            _ when !negative => operand,
            Literal { Value.IsInteger: true } literal => new Literal(FieldValue.Integer(unchecked(-literal.Value.AsLong))),
            Literal { Value.IsFloat: true } literal => new Literal(FieldValue.Float(-literal.Value.AsDouble)),
            DurationLiteral duration => new DurationLiteral(-duration.Nanoseconds),
            _ => new BinaryExpr("*", new Literal(FieldValue.Integer(-1)), operand),
        };
    }

    private VarRef ParseVarRef(string name)
    {
        while (Accept("."))
            name += "." + ExpectIdentifier();
        return new VarRef(name, Accept("::") ? ParseCast() : null);
    }

    private string ParseCast()
    {
        string cast = token.Text.ToLowerInvariant();
        if (token.Kind is not (TokenKind.Identifier or TokenKind.Keyword) || cast is not ("float" or "integer" or "string" or "boolean" or "field" or "tag"))
            throw Unexpected("float, integer, string, boolean, field, tag");
        Advance();
        return cast;
    }

    private Call ParseCall(string name)
    {
        Expect("(");
        callOpenedAt = before.End;
        List<Expr> arguments = [];
        if (!token.Is(")"))
        {
            do
            {
                arguments.Add(AcceptRegex() ?? ParseExpr());
            }
            while (Accept(","));
        }

        Expect(")");
        return new Call(name.ToLowerInvariant(), arguments);
    }
}
