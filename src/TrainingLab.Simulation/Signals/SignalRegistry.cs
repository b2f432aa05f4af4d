using TrainingLab.Simulation.Expressions;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Numerics;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Signals;

/// <summary>The kinds of signal: constant, ramp, sine, noise, walk, lag, expression.</summary>
public static class SignalRegistry
{
    private static readonly ParameterDefinition mean = new("mean", ParameterKind.Number) { Default = 0.0, Description = new("mean value", "平均值") };

    private static readonly ParameterDefinition deviation = new("deviation", ParameterKind.Number)
    {
        Required = true,
        Minimum = 0,
        Description = new("standard deviation", "标准差"),
    };

    /// <summary>All kinds there are.</summary>
    public static KindRegistry<Signal> Standard { get; } = new KindRegistry<Signal>()
        .Add(new(
            "constant",
            new("always the same value", "常量"),
            [new("value", ParameterKind.Value) { Required = true, Description = new("the value", "数值") }],
            (parameters, _) => new ConstantSignal(parameters.Value("value")!.Value)))
        .Add(new(
            "ramp",
            new("a straight line from one value to another", "斜坡"),
            [
                new("from", ParameterKind.Number) { Required = true, Description = new("value at the start", "起始值") },
                new("to", ParameterKind.Number) { Required = true, Description = new("value at the end", "结束值") },
                new("duration", ParameterKind.Duration) { Required = true, Minimum = 0.001, Description = new("how long it takes", "持续时间") },
                new("repeat", ParameterKind.Text)
                {
                    Default = "once",
                    Choices = ["once", "sawtooth", "triangle"],
                    Description = new("what follows the end", "到达终点之后"),
                },
            ],
            (parameters, _) => new RampSignal(
                parameters.Number("from"),
                parameters.Number("to"),
                parameters.Duration("duration"),
                Enum.Parse<RampRepeat>(parameters.Text("repeat")!, ignoreCase: true))))
        .Add(new(
            "sine",
            new("a sine over plant time", "正弦"),
            [
                mean,
                new("amplitude", ParameterKind.Number) { Required = true, Minimum = 0, Description = new("half the height", "振幅") },
                new("period", ParameterKind.Duration) { Required = true, Minimum = 0.001, Description = new("one turn", "周期") },
                new("phase", ParameterKind.Duration) { Default = 0.0, Description = new("how far it is ahead at plant time zero", "初始相位（时间）") },
            ],
            (parameters, _) => new SineSignal(
                parameters.Number("mean"),
                parameters.Number("amplitude"),
                parameters.Duration("period"),
                parameters.Duration("phase"))))
        .Add(new(
            "noise",
            new("independent normal numbers", "白噪声"),
            [mean, deviation],
            (parameters, context) => new NoiseSignal(parameters.Number("mean"), parameters.Number("deviation"), context.Chance)))
        .Add(new(
            "walk",
            new("a random walk drawn back to its mean (Ornstein-Uhlenbeck)", "均值回复随机游走"),
            [
                mean,
                deviation,
                new("timeConstant", ParameterKind.Duration) { Default = "10min", Minimum = 0.001, Description = new("how fast it forgets", "时间常数") },
                new("minimum", ParameterKind.Number) { Description = new("never below", "下限") },
                new("maximum", ParameterKind.Number) { Description = new("never above", "上限") },
            ],
            CreateWalk))
        .Add(new(
            "lag",
            new("follows a formula over other tags with a first-order lag", "一阶惯性"),
            [
                new("input", ParameterKind.Text) { Required = true, Description = new("what it follows", "输入表达式") },
                new("timeConstant", ParameterKind.Duration) { Required = true, Minimum = 0, Description = new("time to 63 %", "时间常数") },
                new("initial", ParameterKind.Number) { Default = 0.0, Description = new("value at the start", "初值") },
            ],
            (parameters, context) => new LagSignal(
                ReadExpression("input", parameters, context),
                new FirstOrderLag(parameters.Duration("timeConstant")) { Value = parameters.Number("initial") })))
        .Add(new(
            "expression",
            new("a formula over other tags", "表达式"),
            [new("formula", ParameterKind.Text) { Required = true, Description = new("such as filler.speed * 60", "如 filler.speed * 60") }],
            (parameters, context) => new ExpressionSignal(ReadExpression("formula", parameters, context))));

    private static WalkSignal CreateWalk(ParameterSet parameters, ComponentContext context)
    {
        var minimum = parameters.Has("minimum") ? parameters.Number("minimum") : double.NegativeInfinity;
        var maximum = parameters.Has("maximum") ? parameters.Number("maximum") : double.PositiveInfinity;
        if (minimum > maximum)
        {
            context.Mistakes.Add(new ParameterMistake(
                "minimum",
                new("The minimum is above the maximum.", "下限大于上限。"),
                new("Exchange them.", "请交换两者。")));
            maximum = minimum;
        }
        var walk = new OrnsteinUhlenbeck(parameters.Number("deviation"), parameters.Duration("timeConstant"), context.Chance);
        return new WalkSignal(parameters.Number("mean"), minimum, maximum, walk);
    }

    private static Expression ReadExpression(string parameter, ParameterSet parameters, ComponentContext context)
    {
        if (Expression.TryParse(parameters.Text(parameter)!, out var expression, out var errors))
            return expression;
        foreach (var error in errors)
        {
            context.Mistakes.Add(new ParameterMistake(
                parameter,
                new($"Column {error.Column}: {error.Message.En}", $"第 {error.Column} 列：{error.Message.Zh}"),
                error.Remedy));
        }
        return Expression.TryParse("0", out var zero, out _) ? zero : throw new InvalidOperationException("0 is an expression.");
    }
}
