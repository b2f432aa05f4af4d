using TrainingLab.TimeSeries.InfluxQl;
using TrainingLab.TimeSeries.Store;
using TrainingLab.Tests.TimeSeries.Store;

namespace TrainingLab.Tests.TimeSeries.InfluxQl;

/// <summary>Each clause of SELECT by example. The answers were compared with InfluxDB 1.6.7, which the interop tests do again wherever it is installed.</summary>
public sealed class Select_Tests
{
    private const string Data = """
        line,machine=filler good=100i,bad=2i,state="Execute",rate=1.25,ok=t 1700000000000000000
        line,machine=filler good=160i,bad=3i,state="Execute",rate=1.5 1700000060000000000
        line,machine=filler good=160i,bad=3i,state="Held",rate=0 1700000120000000000
        line,machine=filler good=205i,bad=7i,state="Execute",rate=1 1700000180000000000
        line,machine=capper good=98i,bad=1i,state="Execute",rate=1.25,ok=f 1700000000000000000
        line,machine=capper good=157i,bad=1i,state="Starved",rate=0.5 1700000060000000000
        line,machine=capper,place=hall good=10i,bad=0i,state="Execute",rate=1.5 1700000180000000000
        power kw=7.5 1700000030000000000
        """;

    private const string Within = "WHERE time >= 1700000000s AND time < 1700000240s";

    [Theory]

    // Fields, arithmetic, names
    [InlineData("SELECT good FROM line WHERE machine = 'filler'", "time,good|0 100|60 160|120 160|180 205")]
    [InlineData("SELECT good + bad AS total, machine FROM line LIMIT 2", "time,total,machine|0 99 capper|0 102 filler")]
    [InlineData("SELECT good / 3, good % 3, -good FROM line LIMIT 1", "time,good,good_1,good_2|0 32.666666666666664 2 -98")]
    [InlineData("SELECT * FROM power", "time,kw|30 7.5")]
    [InlineData("SELECT /ba|go/ FROM line LIMIT 1", "time,bad,good|0 1 98")]
    [InlineData("SELECT \"good\" FROM \"lab\".\"autogen\".\"line\" LIMIT 1", "time,good|0 98")]
    [InlineData("SELECT round(rate), pow(good, 2) FROM line LIMIT 1", "time,round,pow|0 1 9604")]
    [InlineData("SELECT rate::integer FROM line LIMIT 1", "time,rate|0 1")]

    // Aggregates and selectors
    [InlineData("SELECT count(good), sum(good), mean(rate), min(rate), max(rate) FROM line", "time,count,sum,mean,min,max|E 7 890 1 0 1.5")]
    [InlineData("SELECT first(good), last(good), spread(good), median(good) FROM line", "time,first,last,spread,median|E 100 205 195 157")]
    [InlineData("SELECT mode(state), percentile(good, 50) FROM line", "time,mode,percentile|E Execute 157")]
    [InlineData("SELECT stddev(kw) FROM power", "time,stddev|E -")]
    [InlineData("SELECT distinct(state) FROM line", "time,distinct|E Execute|E Starved|E Held")]
    [InlineData("SELECT count(distinct(state)) FROM line", "time,count|E 3")]
    [InlineData("SELECT max(good), machine FROM line", "time,max,machine|180 205 filler")]
    [InlineData("SELECT top(good, 2), machine FROM line", "time,top,machine|60 160 filler|180 205 filler")]
    [InlineData("SELECT bottom(good, machine, 2) FROM line", "time,bottom,machine|0 100 filler|180 10 capper")]
    [InlineData("SELECT sum(bad) / sum(good) * 100 AS percent FROM line GROUP BY place", "time,percent|E 1.9318181818181817|E 0")]
    [InlineData("SELECT mean(*) FROM power", "time,mean_kw|E 7.5")]

    // Transformations
    [InlineData("SELECT difference(good) FROM line WHERE machine = 'capper'", "time,difference|60 59|180 -147")]
    [InlineData("SELECT non_negative_difference(good) FROM line WHERE machine = 'capper'", "time,non_negative_difference|60 59")]
    [InlineData("SELECT derivative(good, 1m) FROM line WHERE machine = 'filler'", "time,derivative|60 60|120 0|180 45")]
    [InlineData("SELECT cumulative_sum(bad) FROM line WHERE machine = 'filler'", "time,cumulative_sum|0 2|60 5|120 8|180 15")]
    [InlineData("SELECT moving_average(good, 2) FROM line WHERE machine = 'filler'", "time,moving_average|60 130|120 160|180 182.5")]
    [InlineData("SELECT elapsed(good, 1s) FROM line WHERE machine = 'filler'", "time,elapsed|60 60|120 60|180 60")]
    [InlineData("SELECT integral(rate, 1m) FROM line WHERE machine = 'filler'", "time,integral|E 2.625")]
    [InlineData("SELECT non_negative_derivative(last(good), 1m) FROM line WHERE machine = 'filler' AND time >= 1700000040s AND time < 1700000240s GROUP BY time(1m)", "time,non_negative_derivative|40 60|100 0|160 45")]

    [InlineData("SELECT integral(rate) FROM line WHERE machine = 'filler' AND time >= 1700000000s AND time < 1700000200s GROUP BY time(1m, 20s) fill(none)", "time,integral|0 82.5|60 45|120 30")]
    [InlineData("SELECT mean(good) FROM line WHERE machine = 'filler' AND time >= 1700000000s AND time < 1900000000s GROUP BY time(1s) LIMIT 1", "time,mean|0 100")]
    [InlineData("SELECT mean(good) FROM line WHERE machine = 'filler' AND time >= 1700000000s AND time < 1900000000s GROUP BY time(1s) fill(7) ORDER BY time DESC LIMIT 1", "time,mean|199999999 7")]
    [InlineData("SELECT difference(mean(good)) FROM line WHERE machine = 'filler' AND time >= 1700000000s AND time < 1900000000s GROUP BY time(1s)", "time,difference|60 60|120 0|180 45")]
    [InlineData("SELECT /ba|mac/ FROM line WHERE machine = 'filler' GROUP BY /pl/ LIMIT 1", "time,bad|0 2")]

    // Where
    [InlineData("SELECT good FROM line WHERE rate > 1 AND (bad = 3 OR state = 'Execute') AND machine != 'capper'", "time,good|0 100|60 160")]
    [InlineData("SELECT good FROM line WHERE machine =~ /^fil/ AND state !~ /Exec/", "time,good|120 160")]
    [InlineData("SELECT good FROM line WHERE place = ''  AND machine = 'capper'", "time,good|0 98|60 157")]
    [InlineData("SELECT good FROM line WHERE ok = true", "time,good|0 100")]
    [InlineData("SELECT good FROM line WHERE good > bad * 100", "time,good|60 157|180 10")]
    [InlineData("SELECT good FROM line WHERE time > now() - 90s AND time <= now()", "time,good|60 157|60 160")]
    [InlineData("SELECT good FROM line WHERE time >= '2023-11-14T22:16:20Z'", "time,good|180 10|180 205")]
    [InlineData("SELECT good FROM line WHERE time >= '2023-11-14 22:16:20' AND time < 1700000181000ms", "time,good|180 10|180 205")]
    [InlineData("SELECT good FROM line WHERE time = 1700000120000000000", "time,good|120 160")]
    [InlineData("SELECT nothing FROM line", "")]
    [InlineData("SELECT good FROM line WHERE machine = 'nobody'", "")]

    // Group by time and fill
    [InlineData("SELECT max(good) FROM line " + Within + " AND machine = 'capper' GROUP BY time(1m)", "time,max|-20 98|40 157|100 -|160 10|220 -")]
    [InlineData("SELECT max(good) FROM line " + Within + " AND machine = 'capper' GROUP BY time(1m) fill(none)", "time,max|-20 98|40 157|160 10")]
    [InlineData("SELECT max(good) FROM line " + Within + " AND machine = 'capper' GROUP BY time(1m) fill(0)", "time,max|-20 98|40 157|100 0|160 10|220 0")]
    [InlineData("SELECT max(good) FROM line " + Within + " AND machine = 'capper' GROUP BY time(1m) fill(previous)", "time,max|-20 98|40 157|100 157|160 10|220 10")]
    [InlineData("SELECT max(good) FROM line " + Within + " AND machine = 'capper' GROUP BY time(1m) fill(linear)", "time,max|-20 98|40 157|100 83|160 10|220 -")]
    [InlineData("SELECT count(good) FROM line " + Within + " AND machine = 'capper' GROUP BY time(1m)", "time,count|-20 1|40 1|100 0|160 1|220 0")]
    [InlineData("SELECT max(good) FROM line " + Within + " AND machine = 'capper' GROUP BY time(1m, 20s) fill(none)", "time,max|0 98|60 157|180 10")]
    [InlineData("SELECT sum(good) FROM line GROUP BY time(1d) fill(none)", "time,sum|-80000 515")]
    [InlineData("SELECT sum(good) FROM line " + Within + " GROUP BY time(1d) tz('Asia/Shanghai')", "time,sum|-22400 890")]

    // Order and limits
    [InlineData("SELECT good FROM line WHERE machine = 'filler' ORDER BY time DESC LIMIT 2", "time,good|180 205|120 160")]
    [InlineData("SELECT good FROM line WHERE machine = 'filler' LIMIT 2 OFFSET 1", "time,good|60 160|120 160")]
    [InlineData("SELECT sum(good) FROM line GROUP BY machine SLIMIT 1 SOFFSET 1", "time,sum|E 625")]

    // Subqueries and several measurements
    [InlineData("SELECT max(x) FROM (SELECT mean(rate) AS x FROM line GROUP BY machine)", "time,max|E 1.0833333333333333")]
    [InlineData("SELECT sum(d) FROM (SELECT non_negative_difference(good) AS d FROM line GROUP BY machine)", "time,sum|E 164")]
    [InlineData("SELECT x * 2 FROM (SELECT sum(bad) AS x FROM line GROUP BY machine) WHERE x > 3", "time,x|E 30")]
    [InlineData("SELECT count(kw), count(good) FROM /power|line/", "time,count,count_1|E - 7|time,count,count_1|E 1 -")]
    public void A_query_answers(string query, string expected) => Assert.Equal(expected, Answer(query));

    [Theory]
    [InlineData("SELECT sum(good) FROM line GROUP BY machine", "machine=capper", "machine=filler")]
    [InlineData("SELECT sum(good) FROM line GROUP BY *", "machine=capper,place=", "machine=capper,place=hall", "machine=filler,place=")]
    [InlineData("SELECT sum(good) FROM line GROUP BY /pla/", "place=", "place=hall")]
    [InlineData("SELECT sum(good) FROM line GROUP BY machine ORDER BY time DESC", "machine=filler", "machine=capper")]
    public void A_group_has_its_tags(string query, params string[] groups)
    {
        using TimeSeriesStore store = Filled();
        Assert.Equal(groups, Store_Tests.Run(store, query).Statements[0].Series.Select(series => string.Join(',', series.Tags!.Select(tag => tag.Key + "=" + tag.Value))));
    }

    [Theory]
    [InlineData("SELECT mean(state) FROM line", "unsupported mean iterator type: *query.stringInterruptIterator")]
    [InlineData("SELECT mean(good), good FROM line", "mixing aggregate and non-aggregate queries is not supported")]
    [InlineData("SELECT good FROM line GROUP BY time(1m)", "GROUP BY requires at least one aggregate function")]
    [InlineData("SELECT good FROM nowhere..line", "database not found: nowhere")]
    [InlineData("SELECT good FROM lab.forever.line", "retention policy not found: forever")]
    [InlineData("SELECT sum(good) FROM line WHERE time > 0 GROUP BY time(1s)", "max-select-buckets limit exceeded: (100000)")]
    [InlineData("SELECT good + state FROM line", "type error: good::integer + state::string: incompatible types: integer and string")]
    public void A_mistake_in_meaning_is_the_statements_error(string query, string error)
    {
        using TimeSeriesStore store = Filled();
        Assert.Equal(error, Store_Tests.Values(store, query));
    }

    [Theory]
    [InlineData("SELECT good FROM line; SELEC", "found SELEC, expected SELECT, DELETE, SHOW, CREATE, DROP, EXPLAIN, GRANT, REVOKE, ALTER, SET, KILL at line 1, char 24")]
    [InlineData("SELECT good\nFROM line\nWERE x = 1", "found WERE, expected ; at line 3, char 1")]
    [InlineData("SELECT mean(good FROM line", "found FROM, expected ) at line 1, char 18")]
    [InlineData("SELECT good FROM line LIMIT x", "found x, expected integer at line 1, char 29")]
    [InlineData("SELECT good FROM line WHERE machine = $m", "missing parameter: m")]
    public void A_mistake_in_form_stops_the_whole_text(string query, string error)
    {
        using TimeSeriesStore store = Filled();
        Assert.Equal("error parsing query: " + error, Assert.Throws<InfluxQlException>(() => Store_Tests.Run(store, query)).Message);
    }

    [Fact]
    public void Nesting_and_length_have_limits()
    {
        using TimeSeriesStore store = Filled();
        foreach (string query in (string[])["SELECT " + new string('(', 5_000), "SELECT a FROM " + string.Concat(Enumerable.Repeat("(SELECT a FROM ", 5_000)), new string('x', 70_000), string.Concat(Enumerable.Repeat("SHOW DATABASES;", 101)), "SELECT " + string.Concat(Enumerable.Repeat("- ", 20_000)), "SELECT 1" + string.Concat(Enumerable.Repeat("+1", 20_000))])
            Assert.Contains("limit exceeded", Assert.Throws<InfluxQlException>(() => Store_Tests.Run(store, query)).Message, StringComparison.Ordinal);
        InfluxQlEngine small = new(store, FixedTime.AfterData, new QueryLimits { MaxValues = 3, MaxSeries = 10, MaxRows = 10 });
        Assert.Equal("max-select-values limit exceeded: (3)", small.Execute("SELECT good FROM line", "lab").Statements[0].Error);
        small = new(store, FixedTime.AfterData, new QueryLimits { MaxSeries = 1 });
        Assert.Equal("max-select-series limit exceeded: (1)", small.Execute("SELECT good FROM line", "lab").Statements[0].Error);
        small = new(store, FixedTime.AfterData, new QueryLimits { MaxRows = 2 });
        Assert.Equal("max-rows limit exceeded: (2)", small.Execute("SELECT good FROM line", "lab").Statements[0].Error);
    }

    [Fact]
    public void Statements_after_an_error_do_not_run()
    {
        using TimeSeriesStore store = Filled();
        QueryResult result = Store_Tests.Run(store, "SELECT good FROM line; SELECT mean(state) FROM line; CREATE DATABASE more");
        Assert.Equal([null, "unsupported mean iterator type: *query.stringInterruptIterator", "not executed"], result.Statements.Select(statement => statement.Error));
        Assert.Equal(["lab"], store.DatabaseNames);
    }

    [Fact]
    public void A_query_text_cut_anywhere_answers_or_is_refused()
    {
        using TimeSeriesStore store = Filled();
        const string Query = "SELECT mean(\"good\") * -1.5 AS x, max(rate) FROM \"lab\".\"autogen\".line, /po.*/, (SELECT bad FROM line) WHERE time > now() - 1h30m AND (machine =~ /a\\/b/ OR state = 'x\\'y') GROUP BY time(10s, 1s), /m/ fill(linear) ORDER BY time DESC LIMIT 1 OFFSET 2 SLIMIT 3 SOFFSET 4 tz('Asia/Shanghai'); DROP SERIES FROM x WHERE a = 'b'";
        for (int length = 0; length <= Query.Length; length++)
        {
            try
            {
                Store_Tests.Run(store, Query[..length]);
            }
            catch (InfluxQlException)
            {
                // Refused.
            }
        }
    }

    [Fact]
    public void Any_words_in_any_order_answer_or_are_refused()
    {
        string[] words =
        [
            "SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY time DESC", "LIMIT 1", "fill(linear)", "fill(previous)", "tz('Asia/Shanghai')", "line", "power", "good", "rate", "state", "machine", "kw", "*",
            "time", "time(1m)", "time(1m, 7s)", "mean(good)", "max(rate)", "top(good, machine, 2)", "derivative(last(good), 1s)", "moving_average(good, 2)", "count(distinct(state))", "integral(rate)",
            "distinct(state)", "percentile(good, 50)", "(", ")", ",", "+", "-", "*", "/", "%", "=", "!=", ">", "=~ /i/", "AND", "OR", "'filler'", "'0001-01-01'", "1", "1.5", "now()", "1h", "9223372036854775807", "AS x", "x", "SHOW", "TAG VALUES",
            "WITH KEY =", "abs(good)", "::float", ";",
        ];
        string[] columns = ["good", "rate", "state", "*", "good + rate", "abs(good - 100)", "mean(good)", "max(rate)", "top(good, machine, 2)", "derivative(last(good), 1s)", "count(distinct(state))", "integral(rate)", "distinct(state)", "mean(*)"];
        string[] sources = ["line", "/.*/", "(SELECT max(good) AS good, mean(rate) AS rate FROM line GROUP BY machine, time(1m))", "(SELECT good, rate, state FROM line)"];
        string[] clauses = ["", "WHERE time >= 1700000000s", "WHERE machine = 'filler' AND time < now()", "WHERE good > 100 OR state =~ /e/", "GROUP BY machine", "GROUP BY time(1m), *", "WHERE time >= 1700000000s GROUP BY time(30s, 7s)", "GROUP BY time(1h)"];
        string[] ends = ["", "fill(linear)", "fill(previous) ORDER BY time DESC", "fill(none) LIMIT 2 OFFSET 1", "fill(3) SLIMIT 1", "tz('Asia/Shanghai')"];
        Random random = new(20261122);
        using TimeSeriesStore store = Filled();
        InfluxQlEngine engine = new(store, FixedTime.AfterData, new QueryLimits { MaxBuckets = 50 });
        int answered = 0;
        for (int round = 0; round < 3_000; round++)
        {
            string query = round % 2 == 0
                ? $"SELECT {Any(columns)}{(random.Next(3) == 0 ? ", " + Any(columns) : "")} FROM {Any(sources)} {Any(clauses)} {Any(ends)}"
                : "SELECT good FROM line " + string.Join(' ', Enumerable.Range(0, random.Next(1, 9)).Select(_ => Any(words)));
            try
            {
                answered += engine.Execute(query, "lab").Statements.Count(statement => statement.Error is null);
            }
            catch (InfluxQlException)
            {
                // Refused.
            }
        }

        string Any(string[] choices) => choices[random.Next(choices.Length)];
        Assert.True(answered > 300, answered.ToString());
    }

    private static TimeSeriesStore Filled()
    {
        TimeSeriesStore store = Store_Tests.Create();
        Store_Tests.Write(store, Data);
        return store;
    }

    /// <summary>Per series its columns, then its rows, apart by bars; times as seconds after 1700000000, E for 1970.</summary>
    private static string Answer(string query)
    {
        using TimeSeriesStore store = Filled();
        StatementResult result = Store_Tests.Run(store, query).Statements[0];
        Assert.Null(result.Error);
        List<string> parts = [];
        string last = "";
        foreach (ResultSeries series in result.Series)
        {
            string columns = string.Join(',', series.Columns);
            if (columns != last || series.Tags is null)
                parts.Add(last = columns);
            foreach (FieldValue[] row in series.Rows)
            {
                string time = row[0].AsLong == 0 ? "E" : ((row[0].AsLong / 1_000_000_000) - 1_700_000_000).ToString();
                parts.Add(time + " " + string.Join(' ', row.Skip(1).Select(value => value.IsNull ? "-" : value.ToString())));
            }
        }

        return string.Join('|', parts);
    }
}
