using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions.Validation;

/// <summary>Submissions: a solution, an empty one, at least four wrong ones, each with what it must get and with steps that exist.</summary>
internal static class SubmissionRules
{
    private const int FewestWrong = 4;

    public static void Check(LabUnderValidation v)
    {
        var submissions = new List<SubmissionDefinition>();
        foreach (var source in v.Source.Submissions)
        {
            var definition = source.TryBind(v.Variant);
            v.Mistakes.AddRange(definition.Mistakes);
            if (definition.Value is { } submission)
            {
                submissions.Add(submission);
                CheckDeclaration(v, source, submission);
                CheckSteps(v, submission);
            }
        }

        CheckNumber(v, submissions, SubmissionKind.Solution, 1, 1);
        CheckNumber(v, submissions, SubmissionKind.Empty, 1, 1);
        CheckNumber(v, submissions, SubmissionKind.Wrong, FewestWrong, int.MaxValue);
    }

    private static void CheckNumber(LabUnderValidation v, List<SubmissionDefinition> submissions, SubmissionKind kind, int fewest, int most)
    {
        var count = submissions.Count(s => s.Kind == kind && s.Origin.Has(nameof(s.Kind)));
        if (count >= fewest && count <= most)
        {
            return;
        }

        var word = KeyNames.Of(kind.ToString());
        var wanted = fewest == most ? $"{fewest}" : $"{fewest}+";
        v.Mistakes.Add(new SourceSpan(v.Source.File.Path, 1, 1), LabMistakeCodes.Submissions,
            $"the lab has {count} submissions of kind '{word}', not {wanted}", $"“{word}”类演练脚本有 {count} 个，应为 {wanted}",
            count < fewest ? $"add {v.Source.SubmissionsFolder}NAME.yaml with 'kind: {word}'" : "keep one",
            count < fewest ? $"请添加 {v.Source.SubmissionsFolder}名称.yaml，写“kind: {word}”" : "请只保留一个");
    }

    private static void CheckDeclaration(LabUnderValidation v, SubmissionSource source, SubmissionDefinition submission)
    {
        if (submission.Id.Length > 0 && submission.Id != source.Id)
        {
            v.Mistakes.Add(submission.Origin.Of(nameof(submission.Id)), LabMistakeCodes.FileName,
                $"the id is '{submission.Id}' but the file is {source.Id}.yaml", $"id 是“{submission.Id}”，但文件是 {source.Id}.yaml",
                $"write 'id: {source.Id}', or rename the file", $"请写“id: {source.Id}”，或重命名文件");
        }

        foreach (var check in submission.Outcomes.Keys)
        {
            v.Context.RequireCheck(submission.Origin.OfKey(nameof(submission.Outcomes), check), check, v.Mistakes);
        }

        var full = v.Lab.Points;
        var (wrong, en, zh) = submission.Kind switch
        {
            SubmissionKind.Solution => (submission.Score is { } score && score != full,
                $"remove 'score': the solution earns all {full} points", $"请删除 score：参考解答得满分 {full}"),
            SubmissionKind.Empty => (submission.Score is > 0 || submission.Steps.Count > 0,
                "remove 'score' and 'steps': the empty one does nothing and earns nothing", "请删除 score 与 steps：空提交不做任何事，得零分"),
            _ => (submission.Score is null && submission.Outcomes.Count == 0,
                "add 'score: N', or 'outcomes: { CHECK: failed }'", "请添加“score: N”，或“outcomes: { 检查点: failed }”"),
        };
        if (submission.Kind == SubmissionKind.Wrong && !wrong)
        {
            (wrong, en, zh) = (submission.Score >= full || (submission.Score is null && submission.Outcomes.Values.All(o => o == ExpectedOutcome.Passed)),
                $"write a score below {full}, or a check that must fail", $"请写低于 {full} 的分数，或必须失败的检查点");
        }

        if (wrong && submission.Origin.Has(nameof(submission.Kind)))
        {
            v.Mistakes.Add(submission.Origin.Of(nameof(submission.Kind)), LabMistakeCodes.Declaration,
                $"'{submission.Id}' does not declare what a submission of its kind must get", $"“{submission.Id}”没有声明该类演练脚本应得的结果", en, zh);
        }
    }

    private static void CheckSteps(LabUnderValidation v, SubmissionDefinition submission)
    {
        var replies = new List<string>();
        foreach (var step in submission.Steps)
        {
            var span = step.Origin.Of(nameof(step.Run));
            foreach (var name in ParameterText.NamesIn(step.Run).Where(n => n.StartsWith(SubmissionStep.ReplyPrefix, StringComparison.Ordinal)))
            {
                var reply = name[SubmissionStep.ReplyPrefix.Length..].Split('.', '[')[0];
                if (!replies.Contains(reply, StringComparer.Ordinal))
                {
                    v.Mistakes.UnknownReference(span, "earlier step with 'as'", "带 as 的先前步骤", reply, replies);
                }
            }

            CheckAction(v, span, step.ToAction(_ => null));
            if (step.As is { Length: > 0 } kept)
            {
                replies.Add(kept);
            }
        }
    }

    private static void CheckAction(LabUnderValidation v, SourceSpan span, StepAction action)
    {
        switch (action)
        {
            case CommandStep command when !v.Lab.Toolbox.Contains(command.Name, StringComparer.Ordinal) && !v.Context.AlwaysAllowed.Contains(command.Name):
                v.Mistakes.UnknownReference(span, "command in this lab's toolbox", "本实验工具箱命令", command.Name, v.Lab.Toolbox);
                break;
            case AnswerStep answer:
                v.Context.RequireQuestion(span, answer.Question, v.Mistakes);
                var choices = v.Lab.Questions.FirstOrDefault(q => q.Id == answer.Question && q.Kind == QuestionKind.Choice)?.Choices;
                if (choices is not null && !answer.Value.Contains("${", StringComparison.Ordinal) && choices.All(c => c.Id != answer.Value))
                {
                    v.Mistakes.UnknownReference(span, "choice", "选项", answer.Value, choices.Select(c => c.Id));
                }

                break;
            case HintStep hint when v.Lab.Hints.All(h => h.Id != hint.Hint):
                v.Mistakes.UnknownReference(span, "hint", "提示", hint.Hint, v.Lab.Hints.Select(h => h.Id));
                break;
            case WaitStep wait when wait.Duration <= TimeSpan.Zero:
                v.Mistakes.Add(span, LabMistakeCodes.BadStep, "a wait must be longer than zero", "等待时长必须大于零", "write 'wait 30s'", "请写“wait 30s”");
                break;
            case InvalidStep invalid when invalid.Line.Length > 0:
                v.Mistakes.Add(span, LabMistakeCodes.BadStep, $"'{invalid.Line}' is no step", $"“{invalid.Line}”不是有效的步骤",
                    $"write '{invalid.Form}'", $"请写“{invalid.Form}”");
                break;
        }
    }
}
