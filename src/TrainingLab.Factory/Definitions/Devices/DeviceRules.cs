namespace TrainingLab.Factory.Definitions.Devices;

/// <summary>What must be right in a device profile beyond the form of its values. Its process is checked where a scenario places it.</summary>
internal static class DeviceRules
{
    /// <summary>Adds every mistake of a profile.</summary>
    public static void Check(DeviceProfile profile, Mistakes mistakes)
    {
        var tags = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tag in profile.Tags)
        {
            if (tag.Name.Length > 0 && !tags.Add(tag.Name))
                Duplicate(tag.Origin.Of(nameof(tag.Name)), tag.Name, mistakes);
            if (tag.Low is { } low && tag.High is { } high && low >= high)
                mistakes.Add(tag.Origin.Of(nameof(tag.Low)), MistakeCodes.OutOfRange, $"the range of '{tag.Name}' is empty", $"“{tag.Name}”的量程为空", "write a low end below the high end", "请让下限小于上限");
        }

        FaultRules.Check(profile, tags, mistakes);
        CheckAlarms(profile, tags, mistakes);
        SparkplugFaceRules.Check(profile, tags, mistakes);
        if (profile.Faces.Opcua is { Namespaces.Count: 0 } opcua)
            mistakes.Add(opcua.Origin.Of(nameof(opcua.Namespaces)), MistakeCodes.OutOfRange, "an OPC UA server has at least one namespace of its own", "OPC UA 服务器至少需要一个自己的命名空间", "write [\"urn:example:{device}\"]", "请写 [\"urn:example:{device}\"]");
        if (profile.Faces.Opcua is { Security: { } security })
        {
            CheckSecurity(security, mistakes);
            OpcUaAccessRules.Check(profile, profile.Faces.Opcua, security, mistakes);
        }

        if (profile.Faces.Mqtt is { Tags: { } published } mqtt)
        {
            for (var i = 0; i < published.Count; i++)
            {
                if (published[i].Length > 0 && !tags.Contains(published[i]))
                    mistakes.UnknownReference(mqtt.Origin.Of(nameof(mqtt.Tags), i), "tag of this device", "该设备的变量", published[i], tags);
            }
        }
    }

    private static void CheckAlarms(DeviceProfile profile, HashSet<string> tags, Mistakes mistakes)
    {
        var alarms = new HashSet<string>(StringComparer.Ordinal);
        foreach (var alarm in profile.Alarms)
        {
            if (alarm.Id.Length > 0 && !alarms.Add(alarm.Id))
                Duplicate(alarm.Origin.Of(nameof(alarm.Id)), alarm.Id, mistakes);
            if (alarm.Tag.Length > 0 && !tags.Contains(alarm.Tag))
                mistakes.UnknownReference(alarm.Origin.Of(nameof(alarm.Tag)), "tag of this device", "该设备的变量", alarm.Tag, tags);
            var limits = alarm.Limits.ToList();
            if ((limits.Count == 0) == (alarm.When.Count == 0))
                mistakes.Add(alarm.Origin.Span, MistakeCodes.OutOfRange, $"alarm '{alarm.Id}' has neither or both of limits and values", $"报警“{alarm.Id}”应当只有限值或只有取值", "write limits (lowLow, low, high, highHigh), or when with the values that are not normal", "请写限值（lowLow、low、high、highHigh），或用 when 列出异常取值");
            if (!limits.SequenceEqual(limits.Distinct().Order()))
                mistakes.Add(alarm.Origin.Span, MistakeCodes.OutOfRange, $"the limits of alarm '{alarm.Id}' are out of order", $"报警“{alarm.Id}”的限值顺序不对", "lowLow is below low, low below high, high below highHigh", "应满足 lowLow < low < high < highHigh");
            if (alarm.Deadband < 0)
                mistakes.Add(alarm.Origin.Of(nameof(alarm.Deadband)), MistakeCodes.OutOfRange, $"the deadband of alarm '{alarm.Id}' is negative", $"报警“{alarm.Id}”的死区为负", "write 0 or more", "请写 0 或正数");
        }
    }

    private static void CheckSecurity(OpcUaSecurityDefinition security, Mistakes mistakes)
    {
        if (security.Policies.Count == 0 && !security.None)
            mistakes.Add(security.Origin.Of(nameof(security.Policies)), MistakeCodes.OutOfRange, "the server has no endpoint for sessions", "服务器没有可建立会话的端点", "write a policy, or none: true", "请写一个安全策略，或写 none: true");
        if (security.Modes.Count == 0 && security.Policies.Count > 0)
            mistakes.Add(security.Origin.Of(nameof(security.Modes)), MistakeCodes.OutOfRange, "a policy needs a mode", "安全策略需要安全模式", "write [sign, signAndEncrypt]", "请写 [sign, signAndEncrypt]");
        if (security.PlainPasswords && !security.None)
            mistakes.Add(security.Origin.Of(nameof(security.PlainPasswords)), MistakeCodes.OutOfRange, "passwords in clear text need an endpoint without protection", "明文密码需要无保护的端点", "write none: true as well", "请同时写 none: true");
    }

    internal static void Duplicate(SourceSpan span, string name, Mistakes mistakes) =>
        mistakes.Add(span, MistakeCodes.DuplicateId, $"'{name}' is there twice", $"“{name}”重复", "give it another name", "请换一个名称");
}
