namespace TrainingLab.Factory.Definitions.Devices;

/// <summary>What must be right about roles and access in a device profile.</summary>
internal static class OpcUaAccessRules
{
    /// <summary>The part that is the whole machine.</summary>
    public const string Machine = "machine";

    /// <summary>The part that is all alarms; one of them is <c>alarms/ID</c>.</summary>
    public const string Alarms = "alarms";

    /// <summary>The machine's method.</summary>
    public const string Restart = "Restart";

    /// <summary>The part that is one alarm.</summary>
    public static string Alarm(string id) => $"{Alarms}/{id}";

    /// <summary>Adds every mistake of a profile.</summary>
    public static void Check(DeviceProfile profile, OpcUaFaceDefinition face, OpcUaSecurityDefinition security, Mistakes mistakes)
    {
        foreach (var (_, role) in security.Roles?.Given ?? [])
            CheckRole(role, face, security, mistakes);
        var tags = profile.Tags.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        var folders = profile.Tags.Select(t => t.Folder).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var alarms = profile.Alarms.Select(a => Alarm(a.Id)).ToHashSet(StringComparer.Ordinal);
        foreach (var (part, access) in security.Access)
        {
            if (tags.Contains(part) && !folders.Contains(part))
                CheckPermissions(access, part, [OpcUaPermission.Call, OpcUaPermission.Events], "tag", "变量", "browse, read, write, history, permissions", mistakes);
            else if (part == Restart)
                CheckPermissions(access, part, [OpcUaPermission.Read, OpcUaPermission.Write, OpcUaPermission.History, OpcUaPermission.Events], "method", "方法", "browse, call, permissions", mistakes);
            else if (part is not (Machine or Alarms) && !folders.Contains(part) && !alarms.Contains(part))
                mistakes.UnknownReference(security.Origin.OfKey(nameof(security.Access), part), "part of this device", "该设备的部分", part, [Machine, Alarms, Restart, .. folders, .. tags, .. alarms]);
        }
    }

    private static void CheckRole(OpcUaRoleDefinition role, OpcUaFaceDefinition face, OpcUaSecurityDefinition security, Mistakes mistakes)
    {
        for (var i = 0; i < role.Users.Count; i++)
        {
            if (role.Users[i].Length > 0 && !security.Certificates && !face.Users.ContainsKey(role.Users[i]))
                mistakes.UnknownReference(role.Origin.Of(nameof(role.Users), i), "user of this device", "该设备的用户", role.Users[i], face.Users.Keys);
        }

        for (var i = 0; i < role.Modes.Count; i++)
        {
            if (!security.Modes.Contains(role.Modes[i]) || security.Policies.Count == 0)
                mistakes.Add(role.Origin.Of(nameof(role.Modes), i), MistakeCodes.OutOfRange, $"the server has no endpoint with mode '{KeyNames.Of(role.Modes[i].ToString())}'", $"服务器没有安全模式为“{KeyNames.Of(role.Modes[i].ToString())}”的端点", "add it to modes of security, or leave it out here", "请在 security 的 modes 中添加它，或在此处省略");
        }

        if (role.Users.Count == 0 && (role.Applications.Count > 0 || role.Modes.Count > 0))
            mistakes.Add(role.Origin.Span, MistakeCodes.OutOfRange, "nobody has this role", "没有人拥有该角色", "name users: [ … ]", "请写 users: [ … ]");
    }

    private static void CheckPermissions(OpcUaAccessDefinition access, string part, OpcUaPermission[] impossible, string whatEn, string whatZh, string possible, Mistakes mistakes)
    {
        foreach (var (role, permissions) in access.ByRole)
        {
            for (var i = 0; i < permissions.Count; i++)
            {
                if (impossible.Contains(permissions[i]))
                    mistakes.Add(access.Origin.Of(role, i), MistakeCodes.OutOfRange, $"'{KeyNames.Of(permissions[i].ToString())}' means nothing for the {whatEn} '{part}'", $"“{KeyNames.Of(permissions[i].ToString())}”对{whatZh}“{part}”没有意义", $"write some of: {possible}", $"请从中选择：{possible}");
            }
        }
    }
}
