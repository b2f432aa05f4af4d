using System.Text;

namespace TrainingLab.Network.Consoles;

/// <summary>Turns a posted form (application/x-www-form-urlencoded) of a console page into a line command.</summary>
internal static class ConsoleForm
{
    private const int MaxFields = 32;

    public static string Command(string body)
    {
        var fields = Parse(body);
        string Field(string name) => fields.GetValueOrDefault(name, "").Trim();
        string Quoted(string name) => "\"" + Field(name).Replace("\"", "", StringComparison.Ordinal) + "\"";
        return Field("do") switch
        {
            "port" => Port(Field, Quoted),
            "rule-add" => Rule(Field, Quoted),
            "rule-delete" => $"rule delete {Field("id")}",
            "rule-move" => $"rule move {Field("id")} to {Field("position")}",
            "default" => $"default {Field("action")}",
            "save" => "save",
            "restart" => "restart",
            _ => Field("command"),
        };
    }

    private static string Port(Func<string, string> field, Func<string, string> quoted)
    {
        var line = new StringBuilder($"port {field("port")} {field("mode")} vlan {field("vlan")} native {field("native")}");
        line.Append(" allowed ").Append(field("allowed").Replace(" ", "", StringComparison.Ordinal));
        line.Append(field("enabled").Length > 0 ? " enable" : " disable");
        return line.Append(" description ").Append(quoted("description")).ToString();
    }

    private static string Rule(Func<string, string> field, Func<string, string> quoted)
    {
        var line = new StringBuilder("rule add");
        if (field("id").Length > 0)
            line.Append(" id ").Append(field("id"));
        if (field("position").Length > 0)
            line.Append(" at ").Append(field("position"));
        line.Append($" {field("action")} from {Or(field("from"), "any")} to {Or(field("to"), "any")} {Or(field("protocol"), "any")}");
        if (field("ports").Length > 0)
            line.Append(" port ").Append(field("ports").Replace(" ", "", StringComparison.Ordinal));
        if (field("comment").Length > 0)
            line.Append(" comment ").Append(quoted("comment"));
        return line.ToString();
    }

    private static string Or(string value, string otherwise) => value.Length > 0 ? value : otherwise;

    private static Dictionary<string, string> Parse(string body)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in body.Split('&', MaxFields))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                fields.TryAdd(Decode(pair[..equals]), Decode(pair[(equals + 1)..]));
        }

        return fields;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
