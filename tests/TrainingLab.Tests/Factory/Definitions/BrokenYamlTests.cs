using System.Text;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Tests.Factory.Definitions;

/// <summary>Kinds of broken YAML: each gets its place, its code and a remedy, in both languages, and never an exception.</summary>
public sealed class BrokenYamlTests
{
    private const string Good = Sample.Good;

    // name, text, line, column, code, part of what is printed
    public static TheoryData<string, string, int, int, string, string> Table => new()
    {
        { "tab indentation", "id: hall-1\ntitle:\n\ten: Hall\n", 3, 1, "tab", "indent with spaces" },
        { "unclosed quote", "id: \"hall-1\ntitle: { en: a, zh: b }\nlevel: 1\n", 1, 5, "unclosed-quote", "add the closing quote" },
        { "unclosed single quote", "id: hall-1\ntitle: { en: 'a, zh: b }\nlevel: 1\n", 2, 14, "unclosed-quote", "add the closing quote" },
        { "unclosed brace", "id: hall-1\ntitle: { en: a, zh: b\nlevel: 1\n", 2, 8, "syntax", "close it with '}'" },
        { "unclosed bracket", Good + "\ntags: [a, b\n", 4, 7, "syntax", "close it with ']'" },
        { "colon in a text", "id: hall: one\n", 1, 9, "syntax", "quote" },
        { "indentation that fits nothing", "id: hall-1\n  level: 1\n", 2, 8, "syntax", "indentation" },
        { "a line that is no key", "id: hall-1\nlevel\ntitle: { en: a, zh: b }\n", 2, 1, "syntax", "key: value" },
        { "NUL", "id: hall-1\nlev\0el: 2\n", 2, 4, "syntax", "NUL" },
        { "reserved character", "id: @hall\n", 1, 5, "syntax", "quotes" },
        { "duplicate key", Good + "\nlevel: 3", 4, 1, "duplicate-key", "first in line 3" },
        { "unknown key", Good + "\nnetwrk: 10.0.0.0/8", 4, 1, "unknown-key", "did you mean 'network'?" },
        { "unknown key far from all", Good + "\nxyzzyx: 1", 4, 1, "unknown-key", "write one of: broker" },
        { "comma in a text inside braces", Good + "\nmachines: [{ name: a, b, belt: 2 }]", 4, 23, "unknown-key", "in quotes" },
        { "missing key", "id: hall-1\ntitle: { en: a, zh: b }", 1, 1, "missing-key", "add 'level: 1'" },
        { "wrong type: text for number", Good.Replace("level: 2", "level: two"), 3, 8, "wrong-type", "whole number" },
        { "wrong type: fraction for whole number", Good.Replace("level: 2", "level: 2.5"), 3, 8, "wrong-type", "digits only" },
        { "wrong type: map for text", Good.Replace("hall-1", "{ a: b }"), 1, 5, "wrong-type", "a text is wanted here, not a map" },
        { "wrong type: text for true or false", Good + "\nrunning: yes", 4, 10, "wrong-type", "true or false" },
        { "list instead of map", Good + "\nwith: [a]", 4, 7, "wrong-type", "a map is wanted here, not a list" },
        { "map instead of list", Good + "\ntags: { a: b }", 4, 7, "wrong-type", "a list is wanted here, not a map" },
        { "out of range", Good.Replace("level: 2", "level: 4"), 3, 8, "out-of-range", "from 1 to 3" },
        { "too many", Good + "\ntags: [a, b, c, d]", 4, 7, "out-of-range", "has 4 entries" },
        { "bad duration", Good + "\ntick: 10", 4, 7, "bad-duration", "100ms, 10s" },
        { "duration out of range", Good + "\ntick: 2h", 4, 7, "out-of-range", "from 100ms to 1h" },
        { "bad word", Good + "\nshift: night", 4, 8, "unknown-value", "nightShift" },
        { "bad id", Good.Replace("hall-1", "Hall_1"), 1, 5, "bad-format", "lower-case letters" },
        { "bad network", Good + "\nnetwork: 10.0.0.1/8", 4, 10, "bad-format", "10.10.1.0/24" },
        { "bad endpoint", Good + "\nbroker: broker:99999", 4, 9, "bad-format", "filler-1:4840" },
        { "bad key of a map", Good + "\nwith: { A-b: 1 }", 4, 9, "bad-format", "officeVlan" },
        { "bad number as key", Good + "\nports: { one: a }", 4, 10, "wrong-type", "whole number" },
        { "bad address", Good + "\ngateway: here", 4, 10, "bad-format", "'here'" },
        { "empty file", "", 1, 1, "empty", "lab new" },
        { "only a comment", "# nothing\n", 1, 1, "empty", "lab new" },
        { "wrong root", "- id: hall-1\n", 1, 1, "wrong-type", "a map is wanted here, not a list" },
        { "scalar root", "hall-1\n", 1, 1, "wrong-type", "a map is wanted here" },
        { "unknown parameter", Good + "\nnetwork: ${net}", 4, 10, "unknown-parameter", "no parameter 'net'" },
        { "missing Chinese", Good.Replace(", zh: 一号车间", ""), 2, 8, "missing-language", "add 'zh: …'" },
        { "empty Chinese", Good.Replace("一号车间", "''"), 2, 28, "missing-language", "add 'zh: …'" },
        { "text without languages", Good.Replace("{ en: Hall one, zh: 一号车间 }", "Hall"), 2, 8, "missing-language", "{ en: …, zh: … }" },
        { "no kind", Good + "\nmachines:\n  - name: a\n", 5, 5, "one-of", "belt, chain, pair" },
        { "two kinds", Good + "\nmachines:\n  - name: a\n    belt: 2\n    chain: {}\n", 7, 5, "one-of", "only one" },
        { "unknown kind in a list", Good + "\nmachines:\n  - name: a\n    belt: 2\n    spares: [{ bolt: 2 }]\n", 7, 16, "unknown-key", "belt" },
        { "several keys where one kind is wanted", Good + "\nmachines:\n  - name: a\n    belt: 2\n    spares: [{ belt: 2, chain: {} }]\n", 7, 14, "one-of", "exactly one key" },
        { "empty item", Good + "\ntags:\n  - a\n  -\n", 6, 4, "wrong-type", "empty" },
        { "alias without anchor", Good + "\nnetwork: *net", 4, 10, "alias", "&net" },
        { "alias inside its own anchor", Good + "\nwith: &w { a: *w }", 4, 15, "alias", "before its anchor is complete" },
        { "tag", Good.Replace("level: 2", "level: !!int 2"), 3, 8, "not-supported", "tag" },
        { "second document", Good + "\n---\nid: b\n", 4, 1, "not-supported", "one document per file" },
        { "list as key", Good + "\n? [a, b]\n: c\n", 4, 3, "wrong-type", "a key must be a text" },
        { "too deep", Good + "\nwith: " + new string('[', 40) + new string(']', 40), 4, 37, "too-deep", "flatten" },
        { "too large", new string('#', YamlLimits.MaxFileBytes + 1), 1, 1, "too-large", "split it" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Broken_yaml_gets_place_and_remedy(string name, string text, int line, int column, string code, string part)
    {
        var definition = Sample.Read(text);

        Assert.False(definition.IsValid, name);
        var mistake = Assert.Single(definition.Mistakes);
        Assert.Equal($"hall.yaml:{line}:{column}: {code}", string.Join(':', mistake.ToString().Split(':')[..4]));
        Assert.Contains(part, mistake.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(mistake.Remedy.En);
        Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", mistake.ToString("zh"));
    }

    [Fact]
    public void An_alias_bomb_stops_at_the_limit_of_values()
    {
        var text = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
        for (var c = 'b'; c <= 'j'; c++)
        {
            text.Append(c).Append(": &").Append(c).Append(" [").AppendJoin(", ", Enumerable.Repeat("*" + (char)(c - 1), 10)).Append("]\n");
        }

        var mistake = Assert.Single(Sample.Read(text.ToString()).Mistakes);

        Assert.Equal(MistakeCodes.TooLarge, mistake.Code);
        Assert.Equal(5, mistake.Span.Line);
    }

    [Fact]
    public void Too_many_aliases_are_refused()
    {
        var text = "a: &a x\nb: [" + string.Join(", ", Enumerable.Repeat("*a", YamlLimits.MaxAliases + 1)) + "]\n";

        Assert.Equal(MistakeCodes.Alias, Assert.Single(Sample.Read(text).Mistakes).Code);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_named_with_their_place()
    {
        var mistakes = new Mistakes();

        var file = SourceFile.FromBytes("hall.yaml", [.. "id: 一\nb: "u8, 0xC4, 0xE3], mistakes); // GBK for 你

        Assert.Null(file);
        Assert.Equal("hall.yaml:2:4: not-utf8: byte 0xC4 is not valid UTF-8; save the file with the encoding UTF-8", Assert.Single(mistakes.All).ToString());
    }

    [Fact]
    public void A_missing_file_is_a_mistake()
    {
        var mistakes = new Mistakes();

        Assert.Null(SourceFile.Read(Path.GetTempPath(), "does-not-exist-4711.yaml", mistakes));
        Assert.Equal(MistakeCodes.CannotRead, Assert.Single(mistakes.All).Code);
    }

    [Fact]
    public void All_mistakes_are_reported_at_once_in_order_of_place()
    {
        var definition = Sample.Read("""
            id: Hall
            title: { en: a }
            level: 9
            shfit: day
            tick: soon
            machines:
              - speed: fast
                belt: long
            """);

        Assert.Equal(
            ["1:5 bad-format", "2:8 missing-language", "3:8 out-of-range", "4:1 unknown-key", "5:7 bad-duration", "7:5 missing-key", "7:12 wrong-type", "8:11 wrong-type"],
            definition.Mistakes.Select(m => $"{m.Span.Line}:{m.Span.Column} {m.Code}"));
        Assert.Equal(definition.Mistakes, Assert.Throws<DefinitionException>(() => definition.Model).Mistakes);
    }

    [Fact]
    public void No_prefix_of_a_good_file_throws()
    {
        const string text = Good + "\nmachines:\n  - &m { name: \"a\\n\", belt: { length: 2 } }\n  - *m\nwith: { a: 'x', b: [1, {}] }\n";
        for (var length = 0; length <= text.Length; length++)
        {
            _ = Sample.Read(text[..length]);
        }
    }

    [Fact]
    public void No_garbled_file_throws()
    {
        const string alphabet = "{}[],:-#&*!|>'\"%@`?~ \n\tab1$\\一\0\uFEFF";
        const string text = Good + "\nmachines:\n  - &m { name: \"a\\n\", belt: { length: 2 } }\n  - *m\nwith: { a: 'x', b: 1 }\ntags:\n  - |\n    long\n    text\n";
        var random = new Random(20260722);
        for (var round = 0; round < 3_000; round++)
        {
            var garbled = new StringBuilder(text);
            for (var changes = random.Next(1, 5); changes > 0; changes--)
            {
                var at = random.Next(garbled.Length);
                if (random.Next(3) == 0)
                {
                    garbled.Remove(at, Math.Min(random.Next(1, 6), garbled.Length - at));
                }
                else
                {
                    garbled.Insert(at, alphabet[random.Next(alphabet.Length)]);
                }
            }

            var definition = Sample.Read(garbled.ToString());
            Assert.All(definition.Mistakes, m => Assert.InRange(m.Span.Line, 1, 100));
        }
    }
}
