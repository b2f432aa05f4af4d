namespace TrainingLab.Labs.Definitions.Validation;

/// <summary>The codes of mistakes that the rules for labs find, beside <see cref="Factory.Definitions.MistakeCodes"/>. They are stable.</summary>
public static class LabMistakeCodes
{
    /// <summary>An id that is not the name of its file or folder.</summary>
    public const string FileName = "file-name";

    /// <summary>More minutes hands-on than the periods have.</summary>
    public const string TooLong = "too-long";

    /// <summary>Not one stop point after each period but the last.</summary>
    public const string StopPoints = "stop-points";

    /// <summary>Points that do not add up to 100, or a pass mark above them.</summary>
    public const string Points = "points";

    /// <summary>A negative check without its positive pair, or with one that proves nothing.</summary>
    public const string Pair = "pair";

    /// <summary>Checks that depend on each other in a circle.</summary>
    public const string Cycle = "cycle";

    /// <summary>A question that no check reads, or one without what its kind needs.</summary>
    public const string Question = "question";

    /// <summary>A value of the variant that nothing uses.</summary>
    public const string UnusedDraw = "unused-draw";

    /// <summary>A value of the variant that cannot be drawn.</summary>
    public const string ImpossibleDraw = "impossible-draw";

    /// <summary>A hidden value in a text that students read, or any value where none may stand.</summary>
    public const string ValueInText = "value-in-text";

    /// <summary>A Chinese text without a Chinese character.</summary>
    public const string Untranslated = "untranslated";

    /// <summary>A text that is not an expression.</summary>
    public const string BadExpression = "bad-expression";

    /// <summary>A guide that is not there, or without one of its parts.</summary>
    public const string Guide = "guide";

    /// <summary>Not one solution, one empty and four wrong submissions.</summary>
    public const string Submissions = "submissions";

    /// <summary>A submission that does not declare what it must get, or declares what cannot be.</summary>
    public const string Declaration = "declaration";

    /// <summary>A YAML file that nothing reads, because of its name or place.</summary>
    public const string StrayFile = "stray-file";

    /// <summary>A step that is no command, answer, wait or hint.</summary>
    public const string BadStep = "bad-step";
}
