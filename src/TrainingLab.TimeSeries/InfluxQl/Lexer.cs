using System.Text;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>Cuts InfluxQL into tokens, on demand, because only the parser knows where a slash begins a regular expression.</summary>
internal sealed class Lexer(string text)
{
    private static readonly HashSet<string> Keywords = new(StringComparer.OrdinalIgnoreCase)
    {
        "ALL", "ALTER", "ANALYZE", "AND", "ANY", "AS", "ASC", "BEGIN", "BY", "CARDINALITY", "CREATE", "CONTINUOUS", "DATABASE", "DATABASES", "DEFAULT",
        "DELETE", "DESC", "DESTINATIONS", "DIAGNOSTICS", "DISTINCT", "DROP", "DURATION", "END", "EVERY", "EXACT", "EXPLAIN", "FALSE", "FIELD", "FOR",
        "FROM", "GRANT", "GRANTS", "GROUP", "GROUPS", "IN", "INF", "INSERT", "INTO", "KEY", "KEYS", "KILL", "LIMIT", "MEASUREMENT", "MEASUREMENTS",
        "NAME", "OFFSET", "ON", "OR", "ORDER", "PASSWORD", "POLICY", "POLICIES", "PRIVILEGES", "QUERIES", "QUERY", "READ", "REPLICATION", "RESAMPLE",
        "RETENTION", "REVOKE", "SELECT", "SERIES", "SET", "SHARD", "SHARDS", "SHOW", "SLIMIT", "SOFFSET", "STATS", "SUBSCRIPTION", "SUBSCRIPTIONS", "TAG", "TO",
        "TRUE", "USER", "USERS", "VALUES", "WHERE", "WITH", "WRITE",
    };

    public string Text { get; } = text;

    /// <summary>True when an identifier must be quoted to be one.</summary>
    public static bool NeedsQuotes(string name) =>
        name.Length == 0 || Keywords.Contains(name) || !(char.IsAsciiLetter(name[0]) || name[0] == '_') || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>The token at or after a place, comments and blanks skipped.</summary>
    public Token Next(int position)
    {
        int start = SkipBlanks(position);
        if (start >= Text.Length)
            return new Token(TokenKind.End, "", Text.Length, Text.Length);
        char c = Text[start];
        if (char.IsAsciiLetter(c) || c == '_')
            return Word(start);
        if (char.IsAsciiDigit(c) || (c == '.' && start + 1 < Text.Length && char.IsAsciiDigit(Text[start + 1])))
            return Number(start);
        return c switch
        {
            '"' => Quoted(start, TokenKind.QuotedIdentifier),
            '\'' => Quoted(start, TokenKind.String),
            '$' => Parameter(start),
            _ => Symbol(start),
        };
    }

    /// <summary>A regular expression at or after a place; null when there is none.</summary>
    public Token? NextRegex(int position)
    {
        int start = SkipBlanks(position);
        if (start >= Text.Length || Text[start] != '/')
            return null;
        StringBuilder pattern = new();
        for (int i = start + 1; i < Text.Length && Text[i] != '\n'; i++)
        {
            if (Text[i] == '/')
                return new Token(TokenKind.Regex, pattern.ToString(), start, i + 1);
            if (Text[i] == '\\' && i + 1 < Text.Length && Text[i + 1] == '/')
                i++;
            else if (Text[i] == '\\' && i + 1 < Text.Length)
                pattern.Append(Text[i++]);
            pattern.Append(Text[i]);
        }

        return new Token(TokenKind.BadString, pattern.ToString(), start, Text.Length);
    }

    private int SkipBlanks(int position)
    {
        while (position < Text.Length)
        {
            if (Text[position] is ' ' or '\t' or '\n' or '\r')
            {
                position++;
            }
            else if (Text.AsSpan(position).StartsWith("--"))
            {
                int end = Text.IndexOf('\n', position);
                position = end < 0 ? Text.Length : end + 1;
            }
            else if (Text.AsSpan(position).StartsWith("/*"))
            {
                int end = Text.IndexOf("*/", position + 2, StringComparison.Ordinal);
                position = end < 0 ? Text.Length : end + 2;
            }
            else
            {
                break;
            }
        }

        return position;
    }

    private Token Word(int start)
    {
        int end = start;
        while (end < Text.Length && (char.IsAsciiLetterOrDigit(Text[end]) || Text[end] == '_'))
            end++;
        string word = Text[start..end];
        return Keywords.Contains(word) ? new Token(TokenKind.Keyword, word.ToUpperInvariant(), start, end) : new Token(TokenKind.Identifier, word, start, end);
    }

    private Token Number(int start)
    {
        int end = start;
        while (end < Text.Length && char.IsAsciiDigit(Text[end]))
            end++;
        bool fraction = end < Text.Length && Text[end] == '.' && end + 1 < Text.Length && char.IsAsciiDigit(Text[end + 1]);
        if (fraction)
        {
            end++;
            while (end < Text.Length && char.IsAsciiDigit(Text[end]))
                end++;
            return new Token(TokenKind.Number, Text[start..end], start, end);
        }

        bool duration = false;
        while (end < Text.Length && (char.IsLetter(Text[end]) || (duration && char.IsAsciiDigit(Text[end]))))
        {
            duration = true;
            end++;
        }

        return new Token(duration ? TokenKind.Duration : TokenKind.Integer, Text[start..end], start, end);
    }

    private Token Quoted(int start, TokenKind kind)
    {
        char quote = Text[start];
        StringBuilder value = new();
        for (int i = start + 1; i < Text.Length && Text[i] != '\n'; i++)
        {
            if (Text[i] == quote)
                return new Token(kind, value.ToString(), start, i + 1);
            if (Text[i] == '\\' && i + 1 < Text.Length && Text[i + 1] is '\\' or '"' or '\'' or 'n')
            {
                i++;
                value.Append(Text[i] == 'n' ? '\n' : Text[i]);
                continue;
            }

            value.Append(Text[i]);
        }

        return new Token(TokenKind.BadString, value.ToString(), start, Text.Length);
    }

    private Token Parameter(int start)
    {
        Token name = start + 1 < Text.Length && Text[start + 1] == '"' ? Quoted(start + 1, TokenKind.QuotedIdentifier) : Word(start + 1);
        return name.Text.Length == 0 ? new Token(TokenKind.Illegal, "$", start, start + 1) : new Token(TokenKind.Parameter, Text[(start + 1)..name.End].Trim('"'), start, name.End);
    }

    private Token Symbol(int start)
    {
        foreach (string two in (string[])["=~", "!~", "!=", "<>", "<=", ">=", "::"])
        {
            if (Text.AsSpan(start).StartsWith(two))
                return new Token(TokenKind.Symbol, two == "<>" ? "!=" : two, start, start + 2);
        }

        string one = Text[start].ToString();
        return new Token("+-*/%&|^=<>(),;.".Contains(one, StringComparison.Ordinal) ? TokenKind.Symbol : TokenKind.Illegal, one, start, start + 1);
    }
}
