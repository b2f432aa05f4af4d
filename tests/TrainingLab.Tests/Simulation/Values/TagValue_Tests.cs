using FsCheck;
using FsCheck.Fluent;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Tests.Simulation.Values;

public class TagValue_Tests
{
    [Fact]
    public void What_is_saved_is_loaded_exactly()
    {
        var values = Gen.OneOf(
            ArbMap.Default.GeneratorFor<bool>().Select(TagValue.From),
            ArbMap.Default.GeneratorFor<long>().Select(TagValue.From),
            ArbMap.Default.GeneratorFor<double>().Select(TagValue.From),
            ArbMap.Default.GeneratorFor<string>().Where(text => text is not null).Select(TagValue.From));
        Check.One(
            Config.QuickThrowOnFailure.WithReplay(5, 1),
            Prop.ForAll(values.ToArbitrary(), value => TagValue.Load(value.Save()) == value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x:1")]
    [InlineData("i:one")]
    [InlineData("b:yes")]
    public void Anything_else_is_no_saved_value(string saved) => Assert.Throws<FormatException>(() => TagValue.Load(saved));

    [Fact]
    public void Conversions_lose_nothing()
    {
        Assert.True(TagValue.From(3L).TryConvert(TagKind.Double, out var real) && real.AsDouble == 3);
        Assert.True(TagValue.From(3.0).TryConvert(TagKind.Integer, out var whole) && whole.AsInteger == 3);
        Assert.False(TagValue.From(3.5).TryConvert(TagKind.Integer, out _));
        Assert.False(TagValue.From(1e30).TryConvert(TagKind.Integer, out _));
        Assert.False(TagValue.From("3").TryConvert(TagKind.Integer, out _));
        Assert.False(TagValue.From(true).TryConvert(TagKind.Integer, out _));
    }

    [Fact]
    public void Another_kind_is_not_read()
    {
        Assert.Throws<InvalidOperationException>(() => TagValue.From(true).AsDouble);
        Assert.Throws<InvalidOperationException>(() => TagValue.From(1.0).AsInteger);
        Assert.Throws<InvalidOperationException>(() => TagValue.From(1.0).AsText);
        Assert.Equal("0.1", TagValue.From(0.1).ToString());
        Assert.Equal(TagValue.From(double.NaN), TagValue.From(double.NaN));
    }
}
