using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Labs.Grading.Checks;

/// <summary>Which kinds of check there are: one line each.</summary>
public static class CheckKinds
{
    /// <summary>Adds them to the kinds that lab files choose from.</summary>
    public static void Add(KindRegistry kinds) => kinds
        .Add<CheckPredicate, StateCheck>("state")
        .Add<CheckPredicate, EventCheck>("event")
        .Add<CheckPredicate, ProbeCheck>("probe")
        .Add<CheckPredicate, SeriesCheck>("series")
        .Add<CheckPredicate, AnswerCheck>("answer")
        .Add<CheckPredicate, AllCheck>("all")
        .Add<CheckPredicate, AnyCheck>("any")
        .Add<CheckPredicate, SequenceCheck>("sequence")
        .Add<CheckPredicate, SparkplugCheck>("sparkplug")
        .Add<CheckPredicate, MarkCheck>("mark");
}
