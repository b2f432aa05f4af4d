using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions.Validation;

/// <summary>Pairs of negative checks, dependencies, predicates, questions, truths and series.</summary>
internal static class CheckRules
{
    public static void Check(LabUnderValidation v)
    {
        foreach (var check in v.Lab.Checks)
        {
            CheckPair(v, check);
            for (var i = 0; i < check.DependsOn.Count; i++)
            {
                v.Context.RequireCheck(check.Origin.Of(nameof(check.DependsOn), i), check.DependsOn[i], v.Mistakes);
            }
        }

        foreach (var deduction in v.Lab.Deductions)
        {
            CheckDeduction(v, deduction);
        }

        CheckCycles(v);
        CheckTruths(v);
        foreach (var predicate in v.Lab.Checks.Select(c => c.Predicate).Concat(v.Lab.Deductions.Select(d => d.Predicate)).SelectMany(p => p.Flatten()))
        {
            predicate.Validate(v.Context, v.Mistakes);
            foreach (var (expression, span) in predicate.Expressions)
            {
                v.CheckExpression(expression, span, [.. v.Lab.Truths.Keys]);
            }
        }

        CheckQuestions(v);
    }

    // "Blocked" proves nothing when the target is dead, so it only counts beside a check that the legitimate path works.
    private static void CheckPair(LabUnderValidation v, CheckDefinition check)
    {
        var blocked = check.Negative || check.Predicate.Flatten().Any(p => p.ExpectsBlocked);
        if (check.Pair is null)
        {
            if (blocked)
            {
                v.Mistakes.Add(check.Origin.Of(nameof(check.Predicate)), LabMistakeCodes.Pair,
                    $"the check '{check.Id}' expects that something is blocked, which a dead plant fulfils too",
                    $"检查点“{check.Id}”要求被阻断，但设备停机也会满足",
                    "add 'pair: CHECK' with a check that the legitimate path still works", "请添加“pair: 检查点”，指向合法通路仍可用的检查点");
            }

            return;
        }

        var span = check.Origin.Of(nameof(check.Pair));
        if (v.Lab.Checks.FirstOrDefault(c => c.Id == check.Pair) is not { } pair)
        {
            v.Context.RequireCheck(span, check.Pair, v.Mistakes);
        }
        else if (pair == check || pair.Negative || pair.Predicate.Flatten().Any(p => p.ExpectsBlocked))
        {
            v.Mistakes.Add(span, LabMistakeCodes.Pair,
                $"the pair '{pair.Id}' expects that something is blocked itself", $"配对检查点“{pair.Id}”本身也要求被阻断",
                "name a check that something works", "请指向要求“可用”的检查点");
        }
        else if (!blocked)
        {
            v.Mistakes.Add(span, LabMistakeCodes.Pair,
                $"the check '{check.Id}' has a pair but expects nothing to be blocked", $"检查点“{check.Id}”有配对，但并不要求阻断",
                "remove 'pair', or add 'negative: true'", "请删除 pair，或添加“negative: true”");
        }
    }

    // A deduction has no pair, so that nothing could prove the target alive: "blocked" would never be believed.
    private static void CheckDeduction(LabUnderValidation v, DeductionDefinition deduction)
    {
        if (deduction.Predicate.Flatten().Any(p => p.ExpectsBlocked))
        {
            v.Mistakes.Add(deduction.Origin.Of(nameof(deduction.Predicate)), LabMistakeCodes.Pair,
                $"the deduction '{deduction.Id}' expects that something is blocked, which nothing proves", $"扣分项“{deduction.Id}”要求被阻断，但无从证明目标正常",
                "use a state, such as 'state: { path: gateway/gateway/lost/filler-1, is: true }'", "请改用状态，例如“state: { path: gateway/gateway/lost/filler-1, is: true }”");
        }
    }

    private static void CheckCycles(LabUnderValidation v)
    {
        var checks = v.Lab.Checks.Where(c => c.Id.Length > 0).GroupBy(c => c.Id, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var path = new List<string>();

        void Visit(CheckDefinition check)
        {
            path.Add(check.Id);
            for (var i = 0; i < check.DependsOn.Count; i++)
            {
                var next = check.DependsOn[i];
                if (path.IndexOf(next) is >= 0 and var start)
                {
                    var circle = string.Join(" -> ", path.Skip(start).Append(next));
                    v.Mistakes.Add(check.Origin.Of(nameof(check.DependsOn), i), LabMistakeCodes.Cycle,
                        $"checks depend on each other in a circle: {circle}", $"检查点循环依赖：{circle}",
                        "remove one of these dependencies", "请删除其中一个依赖");
                }
                else if (!done.Contains(next) && checks.TryGetValue(next, out var dependency))
                {
                    Visit(dependency);
                }
            }

            path.RemoveAt(path.Count - 1);
            done.Add(check.Id);
        }

        foreach (var check in checks.Values.Where(c => !done.Contains(c.Id)))
        {
            Visit(check);
        }
    }

    private static void CheckTruths(LabUnderValidation v)
    {
        var before = new List<string>();
        foreach (var (name, truth) in v.Lab.Truths)
        {
            switch (truth.Source)
            {
                case TruthExpression expression:
                    v.CheckExpression(expression.Expression, expression.Origin.Of(nameof(expression.Expression)), before);
                    break;
                case TruthTag tag:
                    v.Context.RequireTag(tag.Origin.Of(nameof(tag.Node)), tag.Node, tag.Origin.Of(nameof(tag.Tag)), tag.Tag, v.Mistakes);
                    CheckTruthTag(v, tag);
                    break;
            }

            before.Add(name);
        }

        foreach (var source in v.Lab.Series.Values.Select(s => s.Source).OfType<SeriesTag>())
        {
            v.Context.RequireTag(source.Origin.Of(nameof(source.Node)), source.Node, source.Origin.Of(nameof(source.Tag)), source.Tag, v.Mistakes);
        }
    }

    private static void CheckTruthTag(LabUnderValidation v, TruthTag tag)
    {
        if (tag.Figure is TruthFigure.Seconds or TruthFigure.Count && tag.Where is null)
        {
            v.Mistakes.Add(tag.Origin.Span, MistakeCodes.MissingKey, "this figure needs a value to look for", "该统计量需要指定值",
                "add 'where: VALUE'", "请添加“where: 值”");
        }

        if (tag is { Begin: not null, End: null } or { Begin: null, End: not null } || (tag.Begin is not null && (tag.From != TimeSpan.Zero || tag.To != TimeSpan.Zero)))
        {
            v.Mistakes.Add(tag.Origin.Span, MistakeCodes.MissingKey, "the period is given in two ways, or by half", "时段的写法混用或不完整",
                "write 'begin' and 'end', or 'from' and 'to'", "请同时写 begin 和 end，或使用 from 和 to");
        }

        if (tag.Begin >= tag.End)
        {
            v.Mistakes.Add(tag.Origin.Of(nameof(tag.End)), MistakeCodes.OutOfRange, "the period ends before it starts", "时段的结束早于开始",
                "write an 'end' that is later than 'begin'", "请使 end 晚于 begin");
        }

        if (tag.Figure != TruthFigure.Now && tag.From < tag.To)
        {
            v.Mistakes.Add(tag.Origin.Of(nameof(tag.To)), MistakeCodes.OutOfRange,
                "the period ends before it starts: both count back from the start of the attempt", "时段的结束早于开始：两者都从作答开始时刻往回计",
                "write a 'to' that is shorter than 'from'", "请使 to 短于 from");
        }
    }

    private static void CheckQuestions(LabUnderValidation v)
    {
        var read = v.Lab.Checks.SelectMany(c => c.Predicate.Flatten()).SelectMany(p => p.Questions).ToHashSet(StringComparer.Ordinal);
        foreach (var question in v.Lab.Questions)
        {
            v.CheckExpression(question.Expected, question.Origin.Of(nameof(question.Expected)), [.. v.Lab.Truths.Keys]);
            if (question.Id.Length > 0 && !read.Contains(question.Id))
            {
                v.Mistakes.Add(question.Origin.Of(nameof(question.Id)), LabMistakeCodes.Question,
                    $"no check reads the answer to '{question.Id}'", $"没有检查点读取“{question.Id}”的答案",
                    $"add a check with 'answer: {question.Id}', or remove the question", $"请添加含“answer: {question.Id}”的检查点，或删除该问题");
            }

            if (question.Kind == QuestionKind.Choice ? question.Choices.Count < 2 : question.Choices.Count > 0)
            {
                v.Mistakes.Add(question.Origin.Of(nameof(question.Choices)), LabMistakeCodes.Question,
                    $"a {KeyNames.Of(question.Kind.ToString())} question has {question.Choices.Count} choices",
                    $"{KeyNames.Of(question.Kind.ToString())} 类问题有 {question.Choices.Count} 个选项",
                    "write at least two choices for kind choice, none for others", "choice 类至少写两个选项，其他类不写");
            }

            if (question.Kind != QuestionKind.Number && (question.Unit is not null || question.Origin.Has(nameof(question.Tolerance))))
            {
                v.Mistakes.Add(question.Origin.Span, LabMistakeCodes.Question, "only a number has a unit and a tolerance", "只有数字类问题有单位和容差",
                    "remove 'unit' and 'tolerance', or write 'kind: number'", "请删除 unit 与 tolerance，或写“kind: number”");
            }

            v.RequireUnique(question.Choices, c => c.Id, "choice", "选项");
        }
    }
}
