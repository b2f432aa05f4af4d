using TrainingLab.Factory.Devices;
using TrainingLab.Factory.Devices.Faults;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Faults;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;

namespace TrainingLab.Factory.Definitions.Devices;

/// <summary>What must be right in the faults of a profile: their tags, their parameters, and that the machine has what they spoil.</summary>
internal static class FaultRules
{
    /// <summary>Adds every mistake.</summary>
    public static void Check(DeviceProfile profile, IReadOnlySet<string> tags, Mistakes mistakes)
    {
        var faults = new HashSet<string>(StringComparer.Ordinal);
        foreach (var fault in profile.Faults)
        {
            if (fault.Id.Length > 0 && !faults.Add(fault.Id))
                DeviceRules.Duplicate(fault.Origin.Of(nameof(fault.Id)), fault.Id, mistakes);
            var ofServer = OpcUaFaultRegistry.Find(fault.KindName);
            var isOfClock = ClockSkewFault.Kinds.Find(fault.KindName) is not null;
            if (fault.Tag is { Length: > 0 } tag)
            {
                if (isOfClock)
                    mistakes.Add(fault.Origin.Of(nameof(fault.Tag)), MistakeCodes.OneOf, $"{fault.KindName} concerns the machine's clock, not a tag", $"{fault.KindName} 作用于设备时钟，而不是变量", "leave 'tag' out", "请删去 tag");
                else if (ofServer is not null && !OpcUaFaultRegistry.ConcernsTags(ofServer.Name))
                    mistakes.Add(fault.Origin.Of(nameof(fault.Tag)), MistakeCodes.OneOf, $"{fault.KindName} concerns the server, not a tag", $"{fault.KindName} 作用于服务器，而不是变量", "leave 'tag' out", "请删去 tag");
                else if (!tags.Contains(tag))
                    mistakes.UnknownReference(fault.Origin.Of(nameof(fault.Tag)), "tag of this device", "该设备的变量", tag, tags);
            }
            else if (ofServer is null && !isOfClock)
            {
                mistakes.Add(fault.Origin.Span, MistakeCodes.MissingKey, "'tag' is missing", "缺少 tag", $"write tag: with a tag of this device: {string.Join(", ", tags)}", $"请写 tag: 该设备的变量：{string.Join("、", tags)}");
            }

            CheckParameters(fault, ofServer is not null, mistakes);
            if (ofServer is not null)
                CheckServer(fault, profile.Faces.Opcua, mistakes);
        }
    }

    private static void CheckParameters(FaultDeclaration fault, bool isOfServer, Mistakes mistakes)
    {
        var wrong = new List<ParameterMistake>();
        if (ClockSkewFault.Kinds.Find(fault.KindName) is not null)
            ClockSkewFault.Create(fault, wrong);
        else if (isOfServer)
            OpcUaFaults.Create(fault, new SeededChance(0, "rules"), wrong);
        else
            FaultRegistry.Standard.Create(fault.KindName, PlantBuilder.ParametersOf(fault), new ComponentContext(fault.Id, new SeededChance(0, "rules"), default) { Mistakes = wrong });
        foreach (var mistake in wrong)
        {
            var span = fault.Parameters.ContainsKey(mistake.Parameter) ? fault.Origin.Of(nameof(fault.Parameters), mistake.Parameter) : fault.Origin.Span;
            mistakes.Add(span, mistake);
        }
    }

    private static void CheckServer(FaultDeclaration fault, OpcUaFaceDefinition? server, Mistakes mistakes)
    {
        var span = fault.Origin.Of(nameof(fault.Kind));
        if (server is null)
            mistakes.Add(span, MistakeCodes.OutOfRange, $"{fault.KindName} needs an OPC UA server", $"{fault.KindName} 需要 OPC UA 服务器", "give the machine faces.opcua", "请为设备配置 faces.opcua");
        else if (fault.Kind == FaultKind.ExpiredCertificate && server.Security is null)
            mistakes.Add(span, MistakeCodes.OutOfRange, "a server without security has no certificate that could run out", "未配置 security 的服务器没有证书可过期", "give the server faces.opcua.security", "请配置 faces.opcua.security");
        else if (fault.Kind == FaultKind.ReorderedNamespaces && server.Namespaces.Count < 2)
            mistakes.Add(span, MistakeCodes.OutOfRange, "one namespace has no other order", "只有一个命名空间时顺序不会变化", "give the server two namespaces or more", "请至少写两个命名空间");
    }
}
