namespace TrainingLab.OpcUa.Events.Conditions;

/// <summary>What an alarm's event tells beside its own message, in the languages of this product.</summary>
internal enum ConditionChange
{
    Raised,
    Cleared,
    Enabled,
    Disabled,
    Acknowledged,
    Confirmed,
    Commented,
    Shelved,
    Unshelved,
    QualityChanged,
}

/// <summary>The texts of conditions in English and Chinese.</summary>
internal static class ConditionTexts
{
    private static readonly Dictionary<string, string> Chinese = new(StringComparer.Ordinal)
    {
        ["Enabled"] = "已启用",
        ["Disabled"] = "已禁用",
        ["Active"] = "激活",
        ["Inactive"] = "未激活",
        ["Acknowledged"] = "已确认",
        ["Unacknowledged"] = "未确认",
        ["Confirmed"] = "已复核",
        ["Unconfirmed"] = "未复核",
        ["Unshelved"] = "未搁置",
        ["TimedShelved"] = "定时搁置",
        ["OneShotShelved"] = "单次搁置",
        ["HighHigh"] = "高高限",
        ["High"] = "高限",
        ["Low"] = "低限",
        ["LowLow"] = "低低限",
    };

    private static readonly Dictionary<ConditionChange, (string En, string Zh)> Suffixes = new()
    {
        [ConditionChange.Raised] = ("", ""),
        [ConditionChange.Cleared] = (": back to normal", "：已恢复正常"),
        [ConditionChange.Enabled] = (": alarm enabled", "：报警已启用"),
        [ConditionChange.Disabled] = (": alarm disabled", "：报警已禁用"),
        [ConditionChange.Acknowledged] = (": acknowledged", "：已确认"),
        [ConditionChange.Confirmed] = (": confirmed", "：已复核"),
        [ConditionChange.Commented] = (": comment added", "：已添加备注"),
        [ConditionChange.Shelved] = (": shelved", "：已搁置"),
        [ConditionChange.Unshelved] = (": no longer shelved", "：已取消搁置"),
        [ConditionChange.QualityChanged] = (": quality of the input changed", "：输入质量变化"),
    };

    /// <summary>A message with what happened, in each of its languages.</summary>
    public static IReadOnlyList<LocalizedText> With(IReadOnlyList<LocalizedText> messages, ConditionChange change)
    {
        var (en, zh) = Suffixes[change];
        return [.. messages.Select(m => m with { Text = m.Text + (IsChinese(m.Locale) ? zh : en) })];
    }

    /// <summary>A text of this table in the language of a session; as it is where it is in no table, or the language is not Chinese.</summary>
    public static LocalizedText In(LocalizedText text, IReadOnlyList<string?>? locales) =>
        text.Text is not null && text.Locale == "en" && PrefersChinese(locales) && Chinese.TryGetValue(text.Text, out var chinese) ? new LocalizedText(chinese, "zh") : text;

    /// <summary>The best of several translations for a session.</summary>
    public static LocalizedText Best(IReadOnlyList<LocalizedText> translations, IReadOnlyList<string?>? locales)
    {
        foreach (var locale in locales ?? [])
        {
            foreach (var text in translations)
            {
                if (locale is { Length: >= 2 } && text.Locale is { Length: >= 2 } has && locale.AsSpan(0, 2).Equals(has.AsSpan(0, 2), StringComparison.OrdinalIgnoreCase))
                {
                    return text;
                }
            }
        }

        return translations[0];
    }

    private static bool PrefersChinese(IReadOnlyList<string?>? locales)
    {
        foreach (var locale in locales ?? [])
        {
            if (IsChinese(locale))
            {
                return true;
            }

            if (locale is not null && locale.StartsWith("en", StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return false;
    }

    private static bool IsChinese(string? locale) => locale is not null && locale.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
}
