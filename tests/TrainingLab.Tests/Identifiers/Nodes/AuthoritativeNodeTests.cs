using TrainingLab.Identifiers.Handles;
using TrainingLab.Identifiers.Nodes;

namespace TrainingLab.Tests.Identifiers.Nodes;

public sealed class AuthoritativeNodeTests
{
    private const string Item = Hierarchy.Enterprise + "/item";

    private readonly Hierarchy plant = new();

    public AuthoritativeNodeTests()
    {
        plant.Put("item", 1, "URL", "http://x");
        plant.Put("item", 2, "PRODUCT.CODE", "W-500");
        plant.Put("item", 3, "PRODUCT.DATE", "2026-03-01");
        plant.Put("item", 9, "COST", "0.12", permissions: ValuePermissions.AdminRead | ValuePermissions.AdminWrite);
    }

    [Fact]
    public async Task Everything_public_comes_in_the_order_of_indexes()
    {
        var answer = await plant.AskAsync(plant.Own, Item);

        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.Equal([1, 2, 3], answer.Values.Select(v => v.Index));
    }

    [Theory]
    [InlineData(new int[0], new[] { "PRODUCT.CODE" }, new[] { 2 })]
    [InlineData(new int[0], new[] { "product.code" }, new[] { 2 })]
    [InlineData(new int[0], new[] { "PRODUCT." }, new[] { 2, 3 })]
    [InlineData(new int[0], new[] { "URL", "PRODUCT.DATE" }, new[] { 1, 3 })]
    [InlineData(new[] { 3 }, new string[0], new[] { 3 })]
    [InlineData(new[] { 1, 3 }, new string[0], new[] { 1, 3 })]
    [InlineData(new[] { 1 }, new[] { "PRODUCT.DATE" }, new[] { 1, 3 })] // alternatives, not both at once
    [InlineData(new[] { 1, 77 }, new[] { "NONE" }, new[] { 1 })]
    [InlineData(new[] { 1, 9 }, new string[0], new[] { 1 })]
    public async Task Indexes_and_types_are_alternatives(int[] indexes, string[] types, int[] expected)
    {
        var answer = await plant.AskAsync(plant.Own, Item, indexes, types);

        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.Equal(expected, answer.Values.Select(v => v.Index));
    }

    [Theory]
    [InlineData(new int[0], new[] { "PRODUCT" }, false, 200)]
    [InlineData(new[] { 77 }, new string[0], false, 200)]
    [InlineData(new int[0], new[] { "COST" }, false, 200)] // by type, what is not public is as if it were not there
    [InlineData(new[] { 9 }, new string[0], false, 402)] // by index, the question is about this value
    [InlineData(new[] { 9 }, new string[0], true, 200)]
    [InlineData(new[] { 9 }, new[] { "COST" }, false, 402)]
    public async Task A_missing_value_is_200_and_a_restricted_one_402(int[] indexes, string[] types, bool publicOnly, int code)
    {
        var answer = await plant.AskAsync(plant.Own, Item, indexes, types, publicOnly: publicOnly);

        Assert.Equal((ResponseCode)code, answer.Code);
        Assert.Empty(answer.Values);
    }

    [Theory]
    [InlineData("other")]
    [InlineData("item/1")]
    [InlineData("ite")]
    public async Task An_unknown_handle_of_an_own_prefix_is_100(string suffix)
    {
        var answer = await plant.AskAsync(plant.Own, $"{Hierarchy.Enterprise}/{suffix}", types: ["URL"]);

        Assert.Equal(ResponseCode.HandleNotFound, answer.Code);
        Assert.Empty(answer.Values);
    }

    [Fact]
    public async Task A_record_with_no_public_value_at_all_is_200_and_not_100()
    {
        plant.Put("secret", 1, "COST", "1", permissions: ValuePermissions.AdminRead);

        Assert.Equal(ResponseCode.ValuesNotFound, (await plant.AskAsync(plant.Own, Hierarchy.Enterprise + "/secret")).Code);
    }

    [Fact]
    public async Task Delegation_without_homing_is_301_and_homing_cures_it()
    {
        Assert.True(plant.Own.Unhome(Hierarchy.Enterprise));

        var refused = await plant.AskAsync(plant.Own, Item);
        plant.Own.Home(Hierarchy.Enterprise);
        var answered = await plant.AskAsync(plant.Own, Item);

        Assert.Equal(ResponseCode.ServerNotResponsible, refused.Code);
        Assert.Empty(refused.Values);
        Assert.Equal(ResponseCode.Success, answered.Code);
    }

    [Fact]
    public async Task Homing_without_delegation_is_found_by_nobody()
    {
        plant.Own.Home("88.104.7777");
        plant.Own.Put(Handle.Parse("88.104.7777/x"), new HandleValue(1, "URL", "u", TimeSpan.FromHours(1), plant.Clock.Now));

        Assert.Equal(ResponseCode.Success, (await plant.AskAsync(plant.Own, "88.104.7777/x")).Code);
        var answer = await plant.AskAsync(plant.Second, "88.104.7777/x");
        Assert.Equal(ResponseCode.HandleNotFound, answer.Code);
        Assert.Contains("88.104.7777", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delegated_prefix_is_a_referral_with_the_site()
    {
        foreach (var (node, site) in new[] { (plant.Root, "national:8000"), (plant.National, "second:8000"), (plant.Second, "own:8000") })
        {
            var answer = await plant.AskAsync(node, Item, types: ["URL"]);

            Assert.Equal(ResponseCode.PrefixReferral, answer.Code);
            Assert.Equal(site, answer.Referral);
            Assert.Equal(HandleValue.SiteType, Assert.Single(answer.Values).Type);
        }
    }

    [Fact]
    public async Task The_longest_delegated_prefix_decides()
    {
        plant.National.Delegate(Hierarchy.Enterprise, "short-cut:8000");

        Assert.Equal("short-cut:8000", (await plant.AskAsync(plant.National, Item)).Referral);
        Assert.Equal("second:8000", (await plant.AskAsync(plant.National, "88.104.1202/x")).Referral);
    }

    [Fact]
    public async Task A_prefix_is_compared_by_whole_segments()
    {
        Assert.Equal(ResponseCode.HandleNotFound, (await plant.AskAsync(plant.Second, "88.104.12010/x")).Code);
        Assert.Equal(ResponseCode.ServerNotResponsible, (await plant.AskAsync(plant.Second, "88.1040/x")).Code);
    }

    [Fact]
    public async Task The_handle_of_a_prefix_is_answered_where_it_is_delegated()
    {
        var answer = await plant.AskAsync(plant.Second, "0.NA/" + Hierarchy.Enterprise, types: [HandleValue.SiteType]);

        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.Equal("own:8000", Assert.Single(answer.Values).Data);
        Assert.Equal(ResponseCode.PrefixReferral, (await plant.AskAsync(plant.Root, "0.na/" + Hierarchy.Enterprise)).Code);
    }

    [Fact]
    public async Task A_prefix_that_nobody_allocated_is_100_at_the_node_above_and_301_elsewhere()
    {
        Assert.Equal(ResponseCode.HandleNotFound, (await plant.AskAsync(plant.Root, "99.1/x")).Code);
        Assert.Equal(ResponseCode.HandleNotFound, (await plant.AskAsync(plant.National, "88.999/x")).Code);
        Assert.Equal(ResponseCode.HandleNotFound, (await plant.AskAsync(plant.National, "0.NA/88.999")).Code);
        Assert.Equal(ResponseCode.ServerNotResponsible, (await plant.AskAsync(plant.Own, "88.104/x")).Code);
        Assert.Equal(ResponseCode.ServerNotResponsible, (await plant.AskAsync(plant.Own, "99/x")).Code);
    }

    [Fact]
    public async Task A_value_replaces_the_one_of_its_index_and_a_removed_handle_is_gone()
    {
        plant.Put("item", 1, "URL", "http://y");
        Assert.Equal("http://y", Assert.Single((await plant.AskAsync(plant.Own, Item, [1])).Values).Data);

        Assert.True(plant.Own.Remove(Handle.Parse(Item)));
        Assert.False(plant.Own.Remove(Handle.Parse(Item)));
        Assert.Equal(ResponseCode.HandleNotFound, (await plant.AskAsync(plant.Own, Item)).Code);
    }

    [Fact]
    public async Task Each_answer_is_logged_and_the_log_is_bounded()
    {
        for (var i = 0; i < 1001; i++)
            await plant.AskAsync(plant.Own, $"{Hierarchy.Enterprise}/n{i}");

        Assert.Equal(1001, plant.Own.Log.Count);
        Assert.Equal(1000, plant.Own.Log.Entries.Count);
        Assert.Equal(2, plant.Own.Log.Entries.First().Number);
        Assert.Equal(ResponseCode.HandleNotFound, plant.Own.Log.Entries.Last().Code);
        Assert.Equal("workstation", plant.Own.Log.Entries.Last().From);
    }

    [Fact]
    public async Task The_observer_is_told_before_the_answer_leaves()
    {
        var observer = new WaitingObserver();
        var node = new AuthoritativeNode("n", NodeRole.Enterprise, plant.Clock, observer);
        node.Home("1.2");

        var answer = node.ResolveAsync(ResolutionRequest.All(Handle.Parse("1.2/x")), Hierarchy.Peer, TestContext.Current.CancellationToken);
        Assert.Equal(1, observer.Told);
        Assert.False(answer.IsCompleted);
        observer.Go.SetResult();

        Assert.Equal(ResponseCode.HandleNotFound, (await answer).Code);
    }

    private sealed class WaitingObserver : IIdentifierObserver
    {
        public int Told { get; private set; }

        public TaskCompletionSource Go { get; } = new();

        public async ValueTask ResolvedAsync(string node, IdentifierPeer peer, ResolutionRequest request, ResolutionResponse answer)
        {
            Told++;
            await Go.Task;
        }
    }
}
