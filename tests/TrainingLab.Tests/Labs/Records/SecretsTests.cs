using TrainingLab.Labs.Records;

namespace TrainingLab.Tests.Labs.Records;

public sealed class SecretsTests
{
    [Theory]
    [InlineData("q24g pp6m", "Q24GPP6M")]
    [InlineData("Q24G-PP6M", "Q24GPP6M")]
    [InlineData("oil0", "0110")]
    [InlineData("ＡＢ１２", "AB12")]
    [InlineData("", "")]
    public void Join_codes_forgive_how_they_are_typed(string typed, string expected) => Assert.Equal(expected, Secrets.NormaliseJoinCode(typed));

    [Fact]
    public void A_new_join_code_is_its_own_normal_form()
    {
        var code = Secrets.NewJoinCode();
        Assert.Equal(code, Secrets.NormaliseJoinCode(code));
    }

    [Fact]
    public void Pins_verify_only_themselves()
    {
        var hash = PinHash.Create("2468");
        Assert.True(PinHash.Verify(hash, "2468"));
        Assert.False(PinHash.Verify(hash, "2469"));
        Assert.False(PinHash.Verify(null, "nobody"));
        Assert.NotEqual(hash, PinHash.Create("2468"));
    }
}
