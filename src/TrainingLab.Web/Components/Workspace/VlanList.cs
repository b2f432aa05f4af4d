using System.Globalization;
using System.Text;

namespace TrainingLab.Web.Components.Workspace;

/// <summary>VLAN lists as switches write them: <c>10,20-22</c>.</summary>
public static class VlanList
{
    private const int Min = 1;
    private const int Max = 4094;

    /// <summary>Ascending, neighbours as ranges.</summary>
    public static string Format(IEnumerable<int> vlans)
    {
        var sorted = vlans.Distinct().Order().ToList();
        var text = new StringBuilder();
        for (var i = 0; i < sorted.Count;)
        {
            var j = i;
            while (j + 1 < sorted.Count && sorted[j + 1] == sorted[j] + 1)
                j++;
            if (text.Length > 0)
                text.Append(',');
            text.Append(CultureInfo.InvariantCulture, $"{sorted[i]}");
            if (j > i)
                text.Append(CultureInfo.InvariantCulture, $"{(j == i + 1 ? ',' : '-')}{sorted[j]}");
            i = j + 1;
        }

        return text.ToString();
    }

    /// <summary>Null when it is not such a list; full-width digits and Chinese commas count.</summary>
    public static IReadOnlyList<int>? Parse(string? text)
    {
        var vlans = new SortedSet<int>();
        var plain = (text ?? "").Normalize(NormalizationForm.FormKC).Replace('、', ',');
        foreach (var part in plain.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', StringSplitOptions.TrimEntries);
            if (ends.Length > 2 || ParseOne(ends[0]) is not { } first || ParseOne(ends[^1]) is not { } last || first > last)
                return null;
            for (var vlan = first; vlan <= last; vlan++)
                vlans.Add(vlan);
        }

        return [.. vlans];
    }

    /// <summary>Null when it is no VLAN number.</summary>
    public static int? ParseOne(string? text) =>
        int.TryParse((text ?? "").Normalize(NormalizationForm.FormKC).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var vlan) && vlan is >= Min and <= Max ? vlan : null;
}
