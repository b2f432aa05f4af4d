using TrainingLab.Factory.Actions;

namespace TrainingLab.Labs.Attempts;

/// <summary>Which watched state paths an action may have changed. Whatever else changed meanwhile is the process's doing and nobody's merit.</summary>
internal static class ActionEffect
{
    /// <summary>Whether a new value at a path can stem from an action that succeeded.</summary>
    public static bool CanChange(ActionEvent action, string path)
    {
        if (!Outcomes.IsSuccess(action.Protocol, action.Outcome))
            return false;
        var parts = path.Split('/');
        if (parts.Length < 2 || parts[1] != NodeOf(action))
            return false;
        // Of a machine's values an action sets exactly the one that it writes; the process moves the others.
        return parts is not ["device", _, "tags" or "observed", var tag] || (action.Operation == "Write" && action.Target == $"{parts[1]}/{tag}");
    }

    /// <summary>Whether an action has set the value at a path, also where it was so before: it is the actor's from then on.</summary>
    public static bool Sets(ActionEvent action, string path)
    {
        if (!CanChange(action, path))
            return false;
        return path.Split('/') switch
        {
            ["device", _, "tags" or "observed", _] => true,
            ["broker", _, "retained", .. var topic] => action.Operation is "PUBLISH" or "WILL" && (bool?)action.Arguments["retain"] == true && string.Join('/', topic) == (string?)action.Arguments["topic"],
            ["broker", _, .. var setting] when action.Operation == "configure" => Administers((string?)action.Arguments["command"] ?? "", setting),
            ["network", _, "running", "ports", var port, var setting] => Configures((string?)action.Arguments["command"], port, setting),
            ["network", _, "saved", ..] or ["network", _, "isSaved"] => (string?)action.Arguments["command"] == "save",
            _ => false,
        };
    }

    private static string NodeOf(ActionEvent action)
    {
        var slash = action.Target.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? action.Target : action.Target[..slash];
    }

    private static bool Administers(string command, ReadOnlySpan<string> setting)
    {
        var beginning = setting switch
        {
            ["anonymous"] => "user anonymous ",
            ["users"] => "user ",
            ["open" or "rules"] => "acl ",
            ["limits", var name] => $"limit set {name} ",
            ["plain" or "tls"] => $"listener {setting[0]} ",
            ["requireCertificate"] => "listener certificates ",
            ["certificates"] => "cert issue ",
            ["certificates", var name, "revoked"] => $"cert revoke {name}",
            _ => null,
        };
        return beginning is not null && command.StartsWith(beginning, StringComparison.Ordinal);
    }

    private static bool Configures(string? command, string port, string setting) =>
        (command ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["port", var number, var verb, ..] && number == port && verb switch
        {
            "access" => setting is "mode" or "access",
            "trunk" => setting is "mode" or "native" or "allowed",
            "enable" or "disable" => setting is "enabled",
            _ => false,
        };
}
