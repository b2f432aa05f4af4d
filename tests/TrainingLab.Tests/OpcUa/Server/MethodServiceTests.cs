using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Tests.OpcUa.Server;

public class MethodServiceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_method_answers_with_its_outputs() => Bench.Run(async bench =>
    {
        AddMethod(bench);
        var log = new ActionLog();
        bench.Observer = log;
        await using var client = await bench.ConnectAsync();
        var result = await client.CallAsync(Bench.Id("Machine"), Bench.Id("Double"), [21.0], Cancellation);
        Assert.Equal(StatusCodes.Good, result.Status.Code);
        Assert.Equal(new Variant(42.0), Assert.Single(result.Outputs!));
        Assert.Contains("called ns=2;s=Double with 21: Good", log.Lines);
    });

    [Fact]
    public void Wrong_calls_are_refused_with_their_codes() => Bench.Run(async bench =>
    {
        AddMethod(bench);
        await using var client = await bench.ConnectAsync();
        async Task<uint> Call(string target, string method, params Variant[] inputs) =>
            (await client.CallAsync(Bench.Id(target), Bench.Id(method), inputs, Cancellation)).Status.Code;
        Assert.Equal(StatusCodes.BadArgumentsMissing, await Call("Machine", "Double"));
        Assert.Equal(StatusCodes.BadTooManyArguments, await Call("Machine", "Double", 1.0, 2.0));
        Assert.Equal(StatusCodes.BadInvalidArgument, await Call("Machine", "Double", "one"));
        Assert.Equal(StatusCodes.BadMethodInvalid, await Call("Machine", "Nowhere", 1.0));
        Assert.Equal(StatusCodes.BadMethodInvalid, await Call("Speed", "Double", 1.0));
        Assert.Equal(StatusCodes.BadNodeIdUnknown, await Call("Nowhere", "Double", 1.0));
    });

    private static void AddMethod(Bench bench)
    {
        bench.AddMachine();
        var number = DataTypeIds.Of(BuiltInType.Double);
        bench.Space.AddMethod(Bench.Id("Machine"), Bench.Id("Double"), "Double", [new Argument("x", number)], [new Argument("y", number)], static (_, _, inputs, _, _) =>
        {
            inputs[0].TryGetDouble(out var x);
            return ValueTask.FromResult(new CallResult(StatusCodes.Good, [2 * x]));
        });
    }
}
