using TrainingLab.Web.Components.Workspace;

namespace TrainingLab.Tests.Web.Components;

public sealed class VlanListTests
{
    [Theory]
    [InlineData("10,20-22", new[] { 10, 20, 21, 22 })]
    [InlineData(" 22 , 20-21,10 ", new[] { 10, 20, 21, 22 })]
    [InlineData("１０，２０、30", new[] { 10, 20, 30 })]
    [InlineData("", new int[0])]
    [InlineData("1-1,4094", new[] { 1, 4094 })]
    public void Lists_are_read_as_switches_write_them(string text, int[] expected) => Assert.Equal(expected, VlanList.Parse(text));

    [Theory]
    [InlineData("0")]
    [InlineData("4095")]
    [InlineData("20-10")]
    [InlineData("1-2-3")]
    [InlineData("ten")]
    [InlineData("-5")]
    [InlineData("99999999999")]
    public void Anything_else_is_refused(string text) => Assert.Null(VlanList.Parse(text));

    [Theory]
    [InlineData(new[] { 22, 10, 20, 21 }, "10,20-22")]
    [InlineData(new[] { 1, 2 }, "1,2")]
    [InlineData(new int[0], "")]
    public void Neighbours_are_written_as_ranges(int[] vlans, string expected) => Assert.Equal(expected, VlanList.Format(vlans));
}
