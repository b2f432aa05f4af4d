using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>The kinds that lab files choose from. Grading adds its check kinds with one line each.</summary>
public static class LabKinds
{
    /// <summary>A registry with the draws and truths of this room, to which the check kinds are added.</summary>
    public static KindRegistry Create(Action<KindRegistry> addChecks)
    {
        var kinds = new KindRegistry()
            .Add<DrawKind, IntegerDraw>("integer")
            .Add<DrawKind, DecimalDraw>("decimal")
            .Add<DrawKind, PickDraw>("pick")
            .Add<DrawKind, SerialDraw>("serial")
            .Add<TruthSource, TruthExpression>("expression")
            .Add<TruthSource, TruthTag>("tag")
            .Add<TruthSource, TruthPath>("path")
            .Add<SeriesSource, SeriesTag>("tag")
            .Add<SeriesSource, SeriesQuery>("query");
        addChecks(kinds);
        return kinds;
    }
}
