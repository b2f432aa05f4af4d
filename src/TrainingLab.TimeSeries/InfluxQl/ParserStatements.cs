using System.Globalization;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <content>The statements.</content>
internal sealed partial class Parser
{
    private List<Statement> ParseStatements()
    {
        List<Statement> statements = [];
        while (true)
        {
            while (Accept(";"))
            {
                // Nothing between two semicolons is no statement.
            }

            if (token.Kind == TokenKind.End)
                return statements;
            if (statements.Count >= limits.MaxStatements)
                throw Refuse($"max-statements limit exceeded: ({limits.MaxStatements})");
            operators = 0;
            statements.Add(ParseStatement());
            if (token.Kind != TokenKind.End && !token.Is(";"))
                throw Unexpected(";");
        }
    }

    private Statement ParseStatement()
    {
        if (token.Is("SELECT"))
            return ParseSelect();
        if (Accept("SHOW"))
            return ParseShow();
        if (Accept("CREATE"))
        {
            if (!Accept("DATABASE"))
                throw Unexpected("CONTINUOUS, DATABASE, USER, RETENTION, SUBSCRIPTION");
            return ParseCreateDatabase();
        }

        if (Accept("DELETE"))
            return ParseDelete(dropSeries: false);
        if (Accept("DROP"))
        {
            if (Accept("DATABASE"))
                return new DropDatabaseStatement(ExpectIdentifier());
            if (Accept("MEASUREMENT"))
                return new DropMeasurementStatement(ExpectIdentifier());
            if (Accept("SERIES"))
                return ParseDelete(dropSeries: true);
            throw Unexpected("CONTINUOUS, DATABASE, MEASUREMENT, RETENTION, SERIES, SHARD, SUBSCRIPTION, USER");
        }

        throw Unexpected("SELECT, DELETE, SHOW, CREATE, DROP, EXPLAIN, GRANT, REVOKE, ALTER, SET, KILL");
    }

    private CreateDatabaseStatement ParseCreateDatabase()
    {
        string name = ExpectIdentifier();
        if (Accept("WITH"))
        {
            // There is one policy, autogen; what a client asks of another is read and has no effect.
            while (token.Kind is TokenKind.Keyword or TokenKind.Identifier or TokenKind.QuotedIdentifier or TokenKind.Duration or TokenKind.Integer)
                Advance();
        }

        return new CreateDatabaseStatement(name);
    }

    private DeleteStatement ParseDelete(bool dropSeries)
    {
        if (!token.Is("FROM") && !token.Is("WHERE"))
            throw Unexpected("FROM, WHERE");
        IReadOnlyList<Source> sources = Accept("FROM") ? ParseSources(subqueries: false) : [];
        return new DeleteStatement(dropSeries, sources, ParseCondition());
    }

    private SelectStatement ParseSelect()
    {
        if (++depth > limits.MaxDepth)
            throw Refuse($"max-depth limit exceeded: ({limits.MaxDepth})");
        Expect("SELECT");
        List<SelectField> fields = [];
        do
        {
            Expr expr = AcceptRegex() ?? ParseExpr();
            fields.Add(new SelectField(expr, Accept("AS") ? ExpectIdentifier() : null));
        }
        while (Accept(","));
        if (token.Is("INTO"))
            throw Refuse("SELECT INTO is not supported by this historian");
        Expect("FROM");
        IReadOnlyList<Source> sources = ParseSources(subqueries: true);
        Expr? condition = ParseCondition();
        List<Expr> dimensions = [];
        if (Accept("GROUP"))
        {
            Expect("BY");
            do
            {
                dimensions.Add(AcceptRegex() ?? ParseExpr());
            }
            while (Accept(","));
        }

        SelectStatement statement = new(fields, sources) { Condition = condition, Dimensions = dimensions };
        statement = ParseFill(statement);
        statement = statement with { Descending = ParseOrder() };
        statement = statement with { Limit = ParseCount("LIMIT"), Offset = ParseCount("OFFSET"), SeriesLimit = ParseCount("SLIMIT"), SeriesOffset = ParseCount("SOFFSET") };
        statement = statement with { Zone = ParseZone() };
        depth--;
        return statement;
    }

    private List<Source> ParseSources(bool subqueries)
    {
        List<Source> sources = [];
        do
        {
            if (subqueries && Accept("("))
            {
                if (!token.Is("SELECT"))
                    throw Unexpected("SELECT");
                sources.Add(new SubquerySource(ParseSelect()));
                Expect(")");
                continue;
            }

            sources.Add(ParseMeasurement());
        }
        while (Accept(","));
        return sources;
    }

    private MeasurementSource ParseMeasurement()
    {
        List<string> parts = [];
        while (true)
        {
            if (AcceptRegex() is RegexLiteral pattern)
                return new MeasurementSource(parts.Count > 0 && parts[0].Length > 0 ? parts[0] : null, parts.Count > 1 ? parts[1] : null, "", pattern);
            if (parts.Count is 1 && token.Is("."))
                parts.Add("");
            else
                parts.Add(ExpectIdentifier());
            if (parts.Count == 3 || !Accept("."))
                break;
        }

        return parts.Count switch
        {
            1 => new MeasurementSource(null, null, parts[0], null),
            2 => new MeasurementSource(null, parts[0], parts[1], null),
            _ => new MeasurementSource(parts[0], parts[1].Length > 0 ? parts[1] : null, parts[2], null),
        };
    }

    private Expr? ParseCondition() => Accept("WHERE") ? ParseExpr() : null;

    private SelectStatement ParseFill(SelectStatement statement)
    {
        if (token.Kind != TokenKind.Identifier || !string.Equals(token.Text, "fill", StringComparison.OrdinalIgnoreCase))
            return statement;
        Advance();
        Expect("(");
        callOpenedAt = before.End;
        Expr option = ParseExpr();
        Expect(")");
        return option switch
        {
            VarRef { Name: "null" } => statement with { Fill = FillOption.Null },
            VarRef { Name: "none" } => statement with { Fill = FillOption.None },
            VarRef { Name: "previous" } => statement with { Fill = FillOption.Previous },
            VarRef { Name: "linear" } => statement with { Fill = FillOption.Linear },
            Literal { Value.IsNumber: true } number => statement with { Fill = FillOption.Number, FillValue = number.Value.AsDouble },
            _ => throw Refuse("expected number argument in fill()"),
        };
    }

    private bool ParseOrder()
    {
        if (!Accept("ORDER"))
            return false;
        Expect("BY");
        if (Accept("DESC"))
            return true;
        if (Accept("ASC"))
            return false;
        if (!string.Equals(ExpectIdentifier(), "time", StringComparison.OrdinalIgnoreCase))
            throw Refuse("only ORDER BY time supported at this time");
        bool descending = Accept("DESC");
        if (!descending)
            Accept("ASC");
        if (token.Is(","))
            throw Refuse("only ORDER BY time supported at this time");
        return descending;
    }

    private int ParseCount(string keyword)
    {
        if (!Accept(keyword))
            return 0;
        if (token.Kind != TokenKind.Integer)
            throw Unexpected("integer");
        if (!int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            throw Refuse($"{keyword} must be at most {int.MaxValue}");
        Advance();
        return count;
    }

    private TimeZoneInfo? ParseZone()
    {
        if (token.Kind != TokenKind.Identifier || !string.Equals(token.Text, "tz", StringComparison.OrdinalIgnoreCase))
            return null;
        Advance();
        Expect("(");
        Token name = token;
        Advance();
        if (name.Kind != TokenKind.String)
            throw Refuse("expected string argument in tz()");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name.Text, out TimeZoneInfo? zone))
            throw Refuse($"unable to find time zone {name.Text}");
        Expect(")");
        return zone;
    }

    private ShowStatement ParseShow()
    {
        if (Accept("DATABASES"))
            return new ShowStatement(ShowKind.Databases);
        if (Accept("MEASUREMENTS"))
            return ParseShowRest(ShowKind.Measurements, withMeasurement: true);
        if (Accept("MEASUREMENT"))
        {
            bool exact = Accept("EXACT");
            Expect("CARDINALITY");
            return ParseShowRest(exact ? ShowKind.Measurements : ShowKind.MeasurementCardinality, counted: exact);
        }

        if (Accept("SERIES"))
        {
            bool counted = AcceptCardinality(out bool exact);
            return ParseShowRest(counted && !exact ? ShowKind.SeriesCardinality : ShowKind.Series, counted: exact);
        }

        if (Accept("TAG"))
        {
            if (Accept("KEYS"))
                return ParseShowRest(ShowKind.TagKeys);
            if (Accept("VALUES"))
                return ParseShowRest(ShowKind.TagValues, withKey: true, counted: AcceptCardinality(out _));
            if (Accept("KEY"))
                return ParseKeyCardinality(ShowKind.TagKeys);
            throw Unexpected("KEY, KEYS, VALUES");
        }

        if (Accept("FIELD"))
        {
            if (Accept("KEY"))
                return ParseKeyCardinality(ShowKind.FieldKeys);
            if (!Accept("KEYS"))
                throw Unexpected("KEY, KEYS");
            return ParseShowRest(ShowKind.FieldKeys);
        }

        if (Accept("RETENTION"))
        {
            Expect("POLICIES");
            return new ShowStatement(ShowKind.RetentionPolicies) { Database = Accept("ON") ? ExpectIdentifier() : null };
        }

        if (Accept("CONTINUOUS"))
        {
            Expect("QUERIES");
            return new ShowStatement(ShowKind.ContinuousQueries);
        }

        if (Accept("USERS"))
            return new ShowStatement(ShowKind.Users);
        if (Accept("QUERIES"))
            return new ShowStatement(ShowKind.Queries);
        if (Accept("SUBSCRIPTIONS"))
            return new ShowStatement(ShowKind.Subscriptions);
        throw Unexpected("CONTINUOUS, DATABASES, DIAGNOSTICS, FIELD, GRANTS, MEASUREMENT, MEASUREMENTS, QUERIES, RETENTION, SERIES, SHARD, SHARDS, STATS, SUBSCRIPTIONS, TAG, USERS");
    }

    /// <summary>[EXACT] CARDINALITY: numbers instead of names.</summary>
    private bool AcceptCardinality(out bool exact)
    {
        exact = Accept("EXACT");
        if (exact)
            Expect("CARDINALITY");
        return exact || Accept("CARDINALITY");
    }

    private ShowStatement ParseKeyCardinality(ShowKind kind)
    {
        if (!AcceptCardinality(out _))
            throw Unexpected("EXACT, CARDINALITY");
        return ParseShowRest(kind, counted: true);
    }

    private ShowStatement ParseShowRest(ShowKind kind, bool withMeasurement = false, bool withKey = false, bool counted = false)
    {
        ShowStatement statement = new(kind) { Counted = counted, Database = Accept("ON") ? ExpectIdentifier() : null };
        if (!withMeasurement && Accept("FROM"))
            statement = statement with { Sources = ParseSources(subqueries: false) };
        if (withMeasurement && Accept("WITH"))
        {
            Expect("MEASUREMENT");
            if (!token.Is("=") && !token.Is("=~"))
                throw Unexpected("=, =~");
            string operation = token.Text;
            Advance();
            statement = operation == "="
                ? statement with { WithOperator = "=", WithNames = [ExpectIdentifier()] }
                : statement with { WithOperator = "=~", WithPattern = AcceptRegex() ?? throw Unexpected("regex") };
        }

        if (withKey)
            statement = ParseWithKey(statement);
        statement = statement with { Condition = ParseCondition() };
        if (Accept("ORDER"))
        {
            Expect("BY");
            ExpectIdentifier();
            _ = Accept("ASC") || Accept("DESC");
        }

        return statement with { Limit = ParseCount("LIMIT"), Offset = ParseCount("OFFSET") };
    }

    private ShowStatement ParseWithKey(ShowStatement statement)
    {
        Expect("WITH");
        Expect("KEY");
        string operation = token.Text;
        if (Accept("IN"))
        {
            List<string> names = [];
            Expect("(");
            do
            {
                names.Add(ExpectIdentifier());
            }
            while (Accept(","));
            Expect(")");
            return statement with { WithOperator = "IN", WithNames = names };
        }

        if (Accept("=") || Accept("!="))
            return statement with { WithOperator = operation, WithNames = [ExpectIdentifier()] };
        if (Accept("=~") || Accept("!~"))
            return statement with { WithOperator = operation, WithPattern = AcceptRegex() ?? throw Unexpected("regex") };
        throw Unexpected("IN, =, =~");
    }
}
