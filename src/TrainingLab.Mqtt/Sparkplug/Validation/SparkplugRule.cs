namespace TrainingLab.Mqtt.Sparkplug.Validation;

/// <summary>A requirement of Sparkplug 3.0.0, in our words.</summary>
/// <param name="Id">The specification's identifier, <c>tck-id-…</c>; where it states the requirement without one, the section, <c>section-…</c>.</param>
/// <param name="IsMust">Whether it is required (MUST); otherwise it is recommended (SHOULD).</param>
/// <param name="English">What it asks for, in English.</param>
/// <param name="Chinese">What it asks for, in Chinese.</param>
public sealed record SparkplugRule(string Id, bool IsMust, string English, string Chinese);

/// <summary>A rule that a message breaks.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Message">Which of the observed messages, CONNECTs and DISCONNECTs breaks it, from 1; 0 for what did not come until the end.</param>
/// <param name="Topic">Its topic; of a CONNECT that of the will.</param>
/// <param name="Metric">The metric, by its name or as <c>#alias</c>; null when it is not about one.</param>
/// <param name="Expected">What the rule asks for, in the terms of the protocol, such as <c>seq=6</c>.</param>
/// <param name="Found">What was there, in the same terms.</param>
public sealed record SparkplugViolation(SparkplugRule Rule, int Message, string Topic, string? Metric, string Expected, string Found);
