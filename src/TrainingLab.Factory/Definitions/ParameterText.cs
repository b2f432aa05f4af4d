using System.Text;

namespace TrainingLab.Factory.Definitions;

/// <summary>Replaces <c>${name}</c> in texts.</summary>
public static class ParameterText
{
    /// <summary>Names of the parameters that a text uses, in order, deferred ones included.</summary>
    public static IEnumerable<string> NamesIn(string text)
    {
        for (var i = 0; (i = text.IndexOf("${", i, StringComparison.Ordinal)) >= 0;)
        {
            var end = text.IndexOf('}', i);
            if (end < 0)
            {
                yield break;
            }

            if (i == 0 || text[i - 1] != '$')
            {
                yield return text[(i + 2)..end];
            }

            i = end;
        }
    }

    /// <summary>Replaces the names that <paramref name="lookup"/> knows; leaves the others as written.</summary>
    public static string Replace(string text, Func<string, string?> lookup)
    {
        if (!text.Contains("${", StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder();
        for (var i = 0; i < text.Length;)
        {
            if (text.AsSpan(i).StartsWith("$${"))
            {
                result.Append("${");
                i += 3;
            }
            else if (text.AsSpan(i).StartsWith("${") && text.IndexOf('}', i) is var end and > 0)
            {
                result.Append(lookup(text[(i + 2)..end]) ?? text[i..(end + 1)]);
                i = end + 1;
            }
            else
            {
                result.Append(text[i++]);
            }
        }

        return result.ToString();
    }

    // False when a parameter is unknown (reported). A whole-scalar parameter gives its own kind to the scalar.
    internal static bool TryResolve(ScalarNode node, ParameterSet? parameters, Mistakes mistakes, out string text, out bool isPlain)
    {
        (text, isPlain) = (node.Text, node.IsPlain);
        if (parameters is null || !text.Contains("${", StringComparison.Ordinal))
        {
            return true;
        }

        var known = true;
        var names = NamesIn(text).ToList();
        if (names is [var only] && text == "${" + only + "}" && parameters.Values.TryGetValue(only, out var whole))
        {
            (text, isPlain) = (whole.Text, whole.Kind != ScalarKind.Text);
            return true;
        }

        foreach (var name in names.Where(n => !parameters.Values.ContainsKey(n) && !IsDeferred(n, parameters)))
        {
            known = false;
            var (en, zh) = Nearest.Suggest(name, parameters.Values.Keys);
            mistakes.Add(node.Span, MistakeCodes.UnknownParameter, $"there is no parameter '{name}'", $"不存在参数“{name}”", en, zh);
        }

        text = Replace(text, name => parameters.Values.TryGetValue(name, out var value) ? value.Text : null);
        isPlain = false;
        return known;
    }

    private static bool IsDeferred(string name, ParameterSet parameters) =>
        parameters.DeferredPrefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal));
}
