using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using TrainingLab.Simulation.Expressions;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Tests.Simulation.Expressions;

public class Expression_Tests
{
    private readonly Tags tags = new()
    {
        ["speed"] = 180.0,
        ["filler.speed"] = 200.0,
        ["filler.EquipmentInterlock.Starved"] = true,
        ["room 2.temp"] = 21.5,
        ["count"] = 7L,
        ["batch"] = "B-7",
        ["温度"] = 5.0,
    };

    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("7 - 2 - 1", 4)]
    [InlineData("12 / 3 / 2", 2)]
    [InlineData("7 % 4", 3)]
    [InlineData("2 ^ 3 ^ 2", 512)]
    [InlineData("-2 ^ 2", -4)]
    [InlineData("2 ^ -1", 0.5)]
    [InlineData("--3", 3)]
    [InlineData("+3", 3)]
    [InlineData(".5 + 1.5e1", 15.5)]
    [InlineData("1e-3", 0.001)]
    [InlineData("filler.speed / 60", 200.0 / 60)]
    [InlineData("`room 2.temp` * 2", 43)]
    [InlineData("温度 + 1", 6)]
    [InlineData("count + 0.5", 7.5)]
    [InlineData("min(3, 1, 2)", 1)]
    [InlineData("max(speed, filler.speed)", 200)]
    [InlineData("abs(-3)", 3)]
    [InlineData("sqrt(16)", 4)]
    [InlineData("ln(exp(2))", 2)]
    [InlineData("sin(0) + cos(0)", 1)]
    [InlineData("clamp(5, 0, 3)", 3)]
    [InlineData("clamp(-5, 0, 3)", 0)]
    [InlineData("round(2.5)", 3)]
    [InlineData("round(-2.5)", -3)]
    [InlineData("round(3.14159, 2)", 3.14)]
    [InlineData("floor(-1.5) + ceil(1.2)", 0)]
    [InlineData("speed > 100 ? 1 : 2", 1)]
    [InlineData("false ? 1 : true ? 2 : 3", 2)]
    public void Numbers(string text, double expected) => Assert.Equal(expected, Value(text).AsDouble, 1e-12);

    [Theory]
    [InlineData("1 < 2", true)]
    [InlineData("2 <= 2 && 3 >= 3", true)]
    [InlineData("1 > 2 || !false", true)]
    [InlineData("batch == 'B-7'", true)]
    [InlineData("batch != \"B-7\"", false)]
    [InlineData("filler.EquipmentInterlock.Starved", true)]
    [InlineData("count == 7", true)]
    [InlineData("0 == -0", true)]
    [InlineData("true != false", true)]
    [InlineData("1 < 2 == true", true)]
    [InlineData("false && 1 / 0 > 1", false)]
    [InlineData("true || missing > 1", true)]
    public void Conditions(string text, bool expected) => Assert.Equal(expected, Value(text).AsBoolean);

    [Theory]
    [InlineData("", 1, "ends too early")]
    [InlineData("1 +", 4, "ends too early")]
    [InlineData("(1 + 2", 7, "')' is missing")]
    [InlineData("1 2", 3, "follows a complete expression")]
    [InlineData("1 + * 2", 5, "'*' is not expected")]
    [InlineData("a ? 1", 6, "':' is missing")]
    [InlineData("a = 1", 3, "single '='")]
    [InlineData("a & b", 3, "single '&'")]
    [InlineData("a # b", 3, "character '#'")]
    [InlineData("'open", 1, "never closed")]
    [InlineData("1.2.3", 1, "not a number")]
    [InlineData("12abc", 1, "not a number")]
    [InlineData("tan(1)", 1, "no function 'tan'")]
    [InlineData("clamp(1, 2)", 1, "takes 3 arguments")]
    [InlineData("min()", 1, "takes 1-16 arguments")]
    [InlineData("min(1,)", 7, "not expected")]
    public void Mistakes_in_the_text_have_a_column_and_a_remedy(string text, int column, string message)
    {
        Assert.False(Expression.TryParse(text, out var expression, out var errors));
        Assert.Null(expression);
        var error = Assert.Single(errors);
        Assert.Equal(column, error.Column);
        Assert.Contains(message, error.Message.En, StringComparison.Ordinal);
        Assert.NotEmpty(error.Message.Zh);
        Assert.NotEmpty(error.Remedy.En);
        Assert.NotEmpty(error.Remedy.Zh);
    }

    [Theory]
    [InlineData("missing + 1", 1, "no tag 'missing'")]
    [InlineData("1 + batch", 5, "a number is needed")]
    [InlineData("speed && true", 1, "true or false is needed")]
    [InlineData("batch == 1", 10, "a text is needed")]
    [InlineData("true ? 1 : 'a'", 12, "a number is needed")]
    [InlineData("sqrt(true)", 6, "a number is needed")]
    [InlineData("!speed", 2, "true or false is needed")]
    public void Mistakes_in_names_and_kinds_are_found_before_and_during_evaluation(string text, int column, string message)
    {
        Assert.True(Expression.TryParse(text, out var expression, out _));
        var errors = new List<ExpressionError>();
        Assert.Null(expression.Check(tags.KindOf, errors));
        Assert.Equal(column, Assert.Single(errors).Column);
        Assert.Contains(message, errors[0].Message.En, StringComparison.Ordinal);

        if (text.Contains('?', StringComparison.Ordinal))
            return; // only the chosen branch is evaluated
        var result = expression.Evaluate(tags);
        Assert.False(result.IsValue);
        Assert.Equal(errors[0].Message, result.Error!.Message);
    }

    [Fact]
    public void All_mistakes_of_names_and_kinds_are_told_at_once()
    {
        Assert.True(Expression.TryParse("missing + gone * batch", out var expression, out _));
        var errors = new List<ExpressionError>();
        expression.Check(tags.KindOf, errors);
        Assert.Equal([1, 11, 18], errors.Select(error => error.Column));
    }

    [Theory]
    [InlineData("1 / 0")]
    [InlineData("0 / 0")]
    [InlineData("ln(0)")]
    [InlineData("sqrt(-1)")]
    [InlineData("exp(1000)")]
    [InlineData("(-8) ^ 0.5")]
    [InlineData("sin(1e12)")]
    public void What_is_not_finite_is_an_error(string text)
    {
        Assert.True(Expression.TryParse(text, out var expression, out _));
        Assert.Contains("not a finite number", expression.Evaluate(tags).Error!.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Checking_tells_what_it_yields()
    {
        Assert.Equal(ExpressionKind.Number, Kind("count + 1"));
        Assert.Equal(ExpressionKind.Boolean, Kind("count > 1"));
        Assert.Equal(ExpressionKind.Text, Kind("count > 1 ? batch : 'none'"));
    }

    [Fact]
    public void References_are_listed_once_in_order()
    {
        Assert.True(Expression.TryParse("b + a * b + `c d` + min(e.f, 1)", out var expression, out _));
        Assert.Equal(["b", "a", "c d", "e.f"], expression.References);
    }

    [Fact]
    public void The_quality_is_the_worst_of_the_tags_that_were_read()
    {
        tags.Qualities["count"] = Quality.Bad("dropout");
        tags.Qualities["speed"] = Quality.Uncertain("old");
        Assert.Equal(Quality.Bad("dropout"), Evaluate("speed + count").Quality);
        Assert.Equal(Quality.Uncertain("old"), Evaluate("speed > 0 ? speed : count").Quality);
        Assert.Equal(Quality.Good, Evaluate("filler.speed").Quality);
    }

    [Fact]
    public void Length_and_depth_are_limited()
    {
        Assert.False(Expression.TryParse(new string('1', Expression.MaximumLength + 1), out _, out var tooLong));
        Assert.Contains("longer than", tooLong[0].Message.En, StringComparison.Ordinal);
        Assert.True(Expression.TryParse(string.Concat(Enumerable.Repeat("1+", 999)) + "1", out var chain, out _));
        Assert.Equal(1000, chain.Evaluate(tags).Value.AsDouble);
        foreach (var open in new[] { "(", "-", "!", "abs(", "2^", "true?" })
        {
            Assert.False(Expression.TryParse(string.Concat(Enumerable.Repeat(open, 300)), out _, out var errors));
            Assert.Contains("nested deeper", errors[0].Message.En, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_computes_what_csharp_computes()
    {
        // A random tree, printed with every parenthesis and computed by C# while it is made.
        var leaf = Gen.Choose(-50, 50).Select(number => (Text: number.ToString(CultureInfo.InvariantCulture), Value: (double)number));
        Gen<(string Text, double Value)> Tree(int size) => size <= 1
            ? leaf
            : Gen.OneOf(
                leaf,
                Tree(size / 2).SelectMany(left => Tree(size / 2).SelectMany(right => Gen.Elements("+", "-", "*", "max", "<").Select(operation => operation switch
                {
                    "+" => ($"({left.Text} + {right.Text})", left.Value + right.Value),
                    "-" => ($"({left.Text} - {right.Text})", left.Value - right.Value),
                    "*" => ($"({left.Text} * {right.Text})", left.Value * right.Value),
                    "max" => ($"max({left.Text}, {right.Text})", Math.Max(left.Value, right.Value)),
                    _ => ($"({left.Text} < {right.Text} ? {left.Text} : {right.Text})", left.Value < right.Value ? left.Value : right.Value),
                }))));
        var property = Prop.ForAll(
            Gen.Sized(size => Tree(Math.Min(size, 16))).Where(tree => tree.Item1.Length <= Expression.MaximumLength).ToArbitrary(),
            tree => Value(tree.Item1).AsDouble == tree.Item2);
        Check.One(Config.QuickThrowOnFailure.WithReplay(20261122, 3), property);
    }

    [Fact]
    public void No_text_whatever_throws()
    {
        var characters = "0123456789.+-*/%^<>=!&|?:(),'\"`_ abe\\#\0中\uD800".ToCharArray();
        var texts = Gen.Elements(characters).ArrayOf().Select(array => new string(array));
        var property = Prop.ForAll(texts.ToArbitrary(), text =>
        {
            if (Expression.TryParse(text, out var expression, out var errors))
            {
                expression.Check(tags.KindOf, []);
                expression.Evaluate(tags);
                return errors.Count == 0;
            }
            return errors.Count > 0 && errors.All(error => error.Column >= 1 && error.Column <= text.Length + 1);
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20261122, 5), property);
    }

    private TagValue Value(string text)
    {
        var result = Evaluate(text);
        Assert.Null(result.Error);
        return result.Value;
    }

    private ExpressionResult Evaluate(string text)
    {
        Assert.True(Expression.TryParse(text, out var expression, out var errors), errors.Count > 0 ? errors[0].ToString() : null);
        return expression.Evaluate(tags);
    }

    private ExpressionKind? Kind(string text)
    {
        Assert.True(Expression.TryParse(text, out var expression, out _));
        return expression.Check(tags.KindOf, []);
    }

    private sealed class Tags : Dictionary<string, TagValue>, IExpressionScope
    {
        public Dictionary<string, Quality> Qualities { get; } = [];

        public bool TryGet(string name, out TagValue value, out Quality quality)
        {
            quality = Qualities.GetValueOrDefault(name);
            return TryGetValue(name, out value);
        }

        public TagKind? KindOf(string name) => TryGetValue(name, out var value) ? value.Kind : null;
    }
}
