using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using TrainingLab.Tests.House;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt;

/// <summary>The list of normative statements in the documentation against the tests that name them, in both directions.</summary>
public sealed partial class Statements_Tests
{
    private const string List = "docs/protocols/mqtt.md";

    public static TheoryData<string> Specifications => ["MQTT 3.1.1", "MQTT 5"];

    [Theory]
    [MemberData(nameof(Specifications))]
    public void Each_statement_names_the_tests_that_name_it_or_says_why_there_are_none(string specification)
    {
        var rows = Rows(specification);
        var tests = Tests(specification);
        var wrong = tests.Select(t => t.Key).Except(rows.Select(r => r.Statement), StringComparer.Ordinal).Select(s => $"{s}: named by {string.Join(", ", tests[s])}, not in the list").ToList();
        foreach (var (statement, cell) in rows)
        {
            var names = string.Join(", ", tests[statement].Order(StringComparer.Ordinal));
            if (names.Length > 0 ? cell != names : !Reason().IsMatch(cell))
                wrong.Add($"{statement}: the list has '{cell}', the tests say '{names}'");
        }

        Assert.True(wrong.Count == 0, $"{List}, {specification}:\n{string.Join('\n', wrong)}");
    }

    [Theory]
    [MemberData(nameof(Specifications))]
    public void No_number_is_left_out(string specification)
    {
        // MQTT 5 has no 2.2.1-1.
        var missing = new List<string>();
        foreach (var section in Rows(specification).Select(r => r.Statement.Split('-')).GroupBy(s => s[1], s => int.Parse(s[2], CultureInfo.InvariantCulture)))
        {
            var first = specification == "MQTT 5" && section.Key == "2.2.1" ? 2 : 1;
            missing.AddRange(Enumerable.Range(first, section.Count()).Except(section).Select(n => $"{section.Key}-{n}"));
        }

        Assert.Empty(missing);
    }

    /// <summary>The statements below a specification's heading with their last column.</summary>
    private static List<(string Statement, string Tests)> Rows(string specification)
    {
        var rows = Repository.Lines(List).SkipWhile(l => l != $"### {specification}").Skip(1).TakeWhile(l => !l.StartsWith("### ", StringComparison.Ordinal))
            .Where(l => l.StartsWith("| MQTT-", StringComparison.Ordinal)).Select(l => l.Trim('|', ' ').Split(" | ")).ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, r => Assert.Equal(4, r.Length));
        Assert.Equal(rows.Count, rows.DistinctBy(r => r[0], StringComparer.Ordinal).Count());
        return [.. rows.Select(r => (r[0], r[3]))];
    }

    /// <summary>The tests of this assembly by the statements they name.</summary>
    private static ILookup<string, string> Tests(string specification) =>
        (from type in typeof(Statements_Tests).Assembly.GetTypes()
         from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
         from attribute in method.GetCustomAttributes<StatementsAttribute>()
         where attribute.Specification == specification
         from statement in attribute.Statements
         select (statement, Name: $"{type.Name}.{method.Name}")).ToLookup(t => t.statement, t => t.Name, StringComparer.Ordinal);

    [GeneratedRegex("^(not tested|not tested here|not tested as such|not supported|does not apply): .+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reason();
}
