using TrainingLab.OpcUa;
using TrainingLab.Tests.Fuzz;

namespace TrainingLab.Tests.OpcUa.Fuzz;

/// <summary>What fuzzing found in structures that are read and written by their definition.</summary>
public class StructureRegressionTests
{
    /// <summary>The first two bytes choose one of <see cref="AwkwardTypes"/>.</summary>
    [Theory]
    [InlineData("01009F86010000000000", "accepted")] // 99,999 structures of nothing took 30 MB
    [InlineData("0100A0860100A0860100", "BadEncodingLimitsExceeded")] // twice as many: a message holds only so many elements without a byte
    [InlineData("030007000000000000000000000000000000", "accepted")] // structures of nothing but empty ones were written shorter than they may be read
    public void Structures_of_nothing_are_counted(string hex, string outcome) =>
        Assert.Equal(outcome, new FuzzRun(DynamicTargets.All().Last(), seed: 1).Try(Convert.FromHexString(hex)));

    [Fact]
    public void A_structure_that_holds_itself_has_no_value_and_overflows_no_stack()
    {
        var type = AwkwardTypes.Instance.All.Single(static t => t.Name == "ItselfAlone");
        var structure = new DynamicStructure(type, AwkwardTypes.Instance, new Dictionary<string, Variant>(StringComparer.Ordinal));
        var refused = Assert.Throws<OpcUaException>(() => WireTargets.Write(structure.Write));
        Assert.Equal(StatusCodes.BadEncodingLimitsExceeded, refused.Status.Code);
    }
}
