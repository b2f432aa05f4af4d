using System.Text.RegularExpressions;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions.Validation;

/// <summary>Ids, periods, stop points, points, toolbox and initial state.</summary>
internal static partial class StructureRules
{
    private const int MinutesPerPeriod = 35;
    private const int FullMarks = 100;

    public static void Check(LabUnderValidation v)
    {
        CheckIds(v);
        CheckTime(v);
        CheckPoints(v);
        CheckToolbox(v);
    }

    private static void CheckIds(LabUnderValidation v)
    {
        var (lab, mistakes) = (v.Outline, v.Mistakes);
        if (lab.Id.Length > 0 && lab.Id != v.Source.Id)
        {
            mistakes.Add(lab.Origin.Of(nameof(lab.Id)), LabMistakeCodes.FileName,
                $"the id is '{lab.Id}' but the folder is labs/{v.Source.Id}", $"id 是“{lab.Id}”，但文件夹是 labs/{v.Source.Id}",
                $"write 'id: {v.Source.Id}', or move the folder", $"请写“id: {v.Source.Id}”，或移动文件夹");
        }

        var track = KeyNames.Of(lab.Track.ToString());
        if (lab.Origin.Has(nameof(lab.Track)) && v.Source.Id.Split('/')[0] is var folder && folder != track)
        {
            mistakes.Add(lab.Origin.Of(nameof(lab.Track)), LabMistakeCodes.FileName,
                $"the track is '{track}' but the lab is in labs/{folder}", $"方向是“{track}”，但实验位于 labs/{folder}",
                $"write 'track: {folder}', or move the folder", $"请写“track: {folder}”，或移动文件夹");
        }

        for (var i = 0; i < lab.Techniques.Count; i++)
        {
            if (!Technique().IsMatch(lab.Techniques[i]))
            {
                mistakes.Add(lab.Origin.Of(nameof(lab.Techniques), i), MistakeCodes.BadFormat,
                    $"'{lab.Techniques[i]}' is not a technique", $"“{lab.Techniques[i]}”不是技术编号",
                    "write T and four digits, such as T0886", "请写 T 和四位数字，例如 T0886");
            }
        }

        v.RequireUnique(lab.Tasks, t => t.Id, "task", "任务");
        v.RequireUnique(lab.Hints, h => h.Id, "hint", "提示");
        v.RequireUnique(lab.Questions, q => q.Id, "question", "问题");
        v.RequireUnique(lab.Checks, c => c.Id, "check", "检查点");
        v.RequireUnique(lab.Deductions, d => d.Id, "deduction", "扣分项");
    }

    private static void CheckTime(LabUnderValidation v)
    {
        var (lab, mistakes) = (v.Lab, v.Mistakes);
        if (lab.Periods > 0 && lab.Minutes > lab.Periods * MinutesPerPeriod)
        {
            mistakes.Add(lab.Origin.Of(nameof(lab.Minutes)), LabMistakeCodes.TooLong,
                $"{lab.Minutes} minutes hands-on do not fit into {lab.Periods} periods", $"{lab.Periods} 课时容不下 {lab.Minutes} 分钟实操",
                $"write at most {lab.Periods * MinutesPerPeriod}, or more periods", $"请写不超过 {lab.Periods * MinutesPerPeriod}，或增加课时");
        }

        if (lab.Periods > 0 && lab.StopPoints.Count != lab.Periods - 1)
        {
            mistakes.Add(lab.Origin.Of(lab.Origin.Has(nameof(lab.StopPoints)) ? nameof(lab.StopPoints) : nameof(lab.Periods)), LabMistakeCodes.StopPoints,
                $"{lab.Periods} periods need {lab.Periods - 1} stop points, not {lab.StopPoints.Count}",
                $"{lab.Periods} 课时需要 {lab.Periods - 1} 个停顿点，而不是 {lab.StopPoints.Count} 个",
                "add 'stopPoints: [{ after: TASK, text: { en: …, zh: … } }]', one for each period but the last",
                "请写“stopPoints: [{ after: 任务, text: { en: …, zh: … } }]”，除最后一课时外每课时一个");
        }

        foreach (var stop in lab.StopPoints.Where(s => s.After.Length > 0 && lab.Tasks.All(t => t.Id != s.After)))
        {
            mistakes.UnknownReference(stop.Origin.Of(nameof(stop.After)), "task", "任务", stop.After, lab.Tasks.Select(t => t.Id));
        }
    }

    private static void CheckPoints(LabUnderValidation v)
    {
        var (lab, mistakes) = (v.Lab, v.Mistakes);
        if (lab.Points != FullMarks)
        {
            mistakes.Add(lab.Origin.Of(nameof(lab.Tasks)), LabMistakeCodes.Points,
                $"the points of all checks add up to {lab.Points}", $"所有检查点的分值合计为 {lab.Points}",
                $"make them add up to {FullMarks}", $"请使合计为 {FullMarks}");
        }
        else if (lab.PassAt > lab.Points)
        {
            mistakes.Add(lab.Origin.Of(nameof(lab.PassAt)), LabMistakeCodes.Points,
                $"nobody can reach {lab.PassAt} of {lab.Points} points", $"满分 {lab.Points}，无法达到 {lab.PassAt}",
                $"write a number up to {lab.Points}", $"请写不超过 {lab.Points} 的数");
        }
    }

    private static void CheckToolbox(LabUnderValidation v)
    {
        var (lab, mistakes) = (v.Lab, v.Mistakes);
        for (var i = 0; i < lab.Toolbox.Count; i++)
        {
            if (!v.Context.ToolboxCommands.Contains(lab.Toolbox[i]))
            {
                mistakes.UnknownReference(
                    lab.Origin.Of(nameof(lab.Toolbox), i), "toolbox command", "工具箱命令", lab.Toolbox[i], v.Context.ToolboxCommands);
            }
        }

        for (var i = 0; i < lab.Start.Count; i++)
        {
            var name = lab.Start[i].Trim().Split(' ', 2)[0];
            if (!v.Context.ToolboxCommands.Contains(name) && !v.Context.InstructorCommands.Contains(name))
            {
                mistakes.UnknownReference(
                    lab.Origin.Of(nameof(lab.Start), i), "toolbox command", "工具箱命令", name, v.Context.ToolboxCommands.Concat(v.Context.InstructorCommands).Order(StringComparer.Ordinal));
            }
        }
    }

    [GeneratedRegex(@"^T\d{4}(\.\d{3})?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Technique();
}
