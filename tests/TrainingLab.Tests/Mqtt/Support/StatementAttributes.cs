using Xunit.v3;

namespace TrainingLab.Tests.Mqtt.Support;

/// <summary>
/// The normative statements that a test covers, by number (3.1.2-24 stands for [MQTT-3.1.2-24]). Also traits, so that the tests of a statement can be
/// run alone: <c>-trait "MQTT 5=MQTT-3.1.2-24"</c>. docs/protocols/mqtt.md lists all statements; <see cref="Statements_Tests"/> compares.
/// </summary>
internal abstract class StatementsAttribute(string specification, string[] statements) : Attribute, ITraitAttribute
{
    /// <summary>The specification, as the list's heading names it.</summary>
    public string Specification => specification;

    public IReadOnlyList<string> Statements { get; } = [.. statements.Select(s => "MQTT-" + s)];

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [.. Statements.Select(s => KeyValuePair.Create(specification, s))];
}

/// <summary>Statements of MQTT 3.1.1 (appendix B).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class Mqtt311Attribute(params string[] statements) : StatementsAttribute("MQTT 3.1.1", statements);

/// <summary>Statements of MQTT 5 (appendix B).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class Mqtt5Attribute(params string[] statements) : StatementsAttribute("MQTT 5", statements);
