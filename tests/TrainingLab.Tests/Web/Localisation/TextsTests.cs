using System.Reflection;
using System.Text.RegularExpressions;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Definitions;
using TrainingLab.Web.Localisation;

namespace TrainingLab.Tests.Web.Localisation;

public sealed partial class TextsTests
{
    // Names that are the same in both languages.
    private static readonly string[] Names = [nameof(Texts.Product), nameof(Texts.OpcUa), nameof(Texts.Mqtt), nameof(Texts.SwitchLanguage)];

    public static TheoryData<string> Keys => new(Fields().Select(f => f.Name));

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_text_exists_in_both_languages(string key)
    {
        var text = (LocalizedText)typeof(Texts).GetField(key)!.GetValue(null)!;
        Assert.False(string.IsNullOrWhiteSpace(text.En));
        Assert.False(string.IsNullOrWhiteSpace(text.Zh));
        Assert.Equal(Placeholders(text.En), Placeholders(text.Zh));
        if (Names.Contains(key, StringComparer.Ordinal))
            return;
        Assert.Contains(text.Zh, c => c is >= '\u4E00' and <= '\u9FFF');
        if (key != nameof(Texts.SwitchLanguageLabel))
            Assert.DoesNotContain(text.En, c => c is >= '\u4E00' and <= '\u9FFF');
    }

    [Fact]
    public void The_vocabulary_of_the_field_is_translated_too()
    {
        var tracks = Enum.GetValues<LabTrack>().Select(t => Vocabulary.Track(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(t.ToString())));
        var words = tracks.Concat(Vocabulary.Operations.Values).Concat(Vocabulary.Positions).Concat(Vocabulary.MachineStates.Values)
            .Concat(Enum.GetValues<CheckOutcome>().Select(Vocabulary.Of)).Concat(Enum.GetValues<AttemptState>().Select(Vocabulary.Of));
        Assert.All(words, word => Assert.Contains(word.Zh, c => c is >= '\u4E00' and <= '\u9FFF'));
        Assert.Equal(15, Vocabulary.Positions.Count);
        Assert.Equal(17, Vocabulary.MachineStates.Count);
    }

    private static IEnumerable<FieldInfo> Fields() => typeof(Texts).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.FieldType == typeof(LocalizedText));

    private static IEnumerable<string> Placeholders(string text) => PlaceholderPattern().Matches(text).Select(m => m.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex("\\{[0-9]+\\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlaceholderPattern();
}
