using System.Text.Json.Nodes;

namespace TrainingLab.Labs.Attempts;

/// <summary>What commands of a submission answered, for its later steps.</summary>
internal static class SubmissionReplies
{
    /// <summary>Finds <c>name.path.to[0].value</c> in what commands answered; a part that has dots itself stands in brackets: <c>name[a.b]</c>.</summary>
    public static string? Find(IReadOnlyDictionary<string, JsonNode?> replies, string path)
    {
        var parts = SplitPath(path).ToList();
        if (!replies.TryGetValue(parts[0], out var node))
            return null;
        foreach (var part in parts.Skip(1))
        {
            node = node switch
            {
                JsonArray array when int.TryParse(part, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var index) && index < array.Count => array[index],
                JsonObject obj => obj[part],
                _ => null,
            };
        }

        return node?.ToString();
    }

    private static IEnumerable<string> SplitPath(string path)
    {
        var start = 0;
        for (var i = 0; i <= path.Length; i++)
        {
            if (i == path.Length || path[i] is '.' or '[')
            {
                if (i > start)
                    yield return path[start..i];
                start = i + 1;
                if (i < path.Length && path[i] == '[')
                {
                    var end = path.IndexOf(']', i);
                    if (end < 0)
                        yield break;
                    yield return path[(i + 1)..end];
                    i = end;
                    start = end + 1;
                }
            }
        }
    }
}
