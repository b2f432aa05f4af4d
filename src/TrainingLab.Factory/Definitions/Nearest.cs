namespace TrainingLab.Factory.Definitions;

/// <summary>Finds the known name that somebody probably meant.</summary>
public static class Nearest
{
    /// <summary>How many names a remedy lists at most.</summary>
    public const int MaxListed = 12;

    /// <summary>The known name nearest to what was written, when it is near enough to be meant; otherwise null.</summary>
    public static string? Of(string written, IEnumerable<string> known)
    {
        string? best = null;
        var bestDistance = Math.Max(1, written.Length / 3) + 1;
        foreach (var candidate in known.Order(StringComparer.Ordinal))
        {
            var distance = Fold(candidate) == Fold(written) ? 0 : Distance(Fold(written), Fold(candidate));
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>The remedy for an unknown name: the nearest known one, or the list of known ones, in both languages.</summary>
    public static (string En, string Zh) Suggest(string written, IEnumerable<string> known)
    {
        var names = known.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (Of(written, names) is { } near)
        {
            return ($"did you mean '{near}'?", $"是否想写“{near}”？");
        }

        if (names.Count == 0)
        {
            return ("remove it: nothing is known here", "请删除：此处没有可用的名称");
        }

        var more = names.Count > MaxListed ? ", …" : "";
        var list = string.Join(", ", names.Take(MaxListed)) + more;
        return ($"write one of: {list}", $"请写其中之一：{list}");
    }

    private static string Fold(string name) =>
        name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    // Optimal string alignment: insert, delete, replace, swap of neighbours.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
