using TrainingLab.Identifiers.Handles;
using TrainingLab.Identifiers.Nodes;

namespace TrainingLab.Tests.Identifiers.Nodes;

public sealed class RecursiveNodeTests
{
    private const string Item = Hierarchy.Enterprise + "/item";

    private static readonly string[] WholeWay = ["root:8000", "national:8000", "second:8000", "own:8000"];

    private readonly Hierarchy plant = new();

    public RecursiveNodeTests() => plant.Put("item", 1, "URL", "http://x", ttl: 600);

    [Fact]
    public async Task It_follows_referrals_from_the_root_and_tells_its_steps()
    {
        var answer = await plant.AskAsync(plant.Recursive, Item);

        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.False(answer.FromCache);
        Assert.Equal(WholeWay, plant.Asked);
        Assert.Equal(["root", "national", "second", "own"], answer.Steps.Select(s => s.Node));
        Assert.Equal(["national:8000", "second:8000", "own:8000", null], answer.Steps.Select(s => s.ReferredTo));
        Assert.Equal([303, 303, 303, 1], answer.Steps.Select(s => (int)s.Code));
        Assert.All(answer.Steps, s => Assert.Equal(Item, s.Asked));
    }

    [Theory]
    [InlineData(Hierarchy.Enterprise + "/none", 100, 4)]
    [InlineData("88.104.9999/x", 100, 3)]
    [InlineData("99/x", 100, 1)]
    [InlineData("0.NA/88.104", 1, 2)]
    public async Task It_gives_on_what_the_last_node_says(string handle, int code, int steps)
    {
        var answer = await plant.AskAsync(plant.Recursive, handle);

        Assert.Equal((ResponseCode)code, answer.Code);
        Assert.Equal(steps, answer.Steps.Count);
    }

    [Fact]
    public async Task Delegation_without_homing_is_301_for_the_client_too()
    {
        plant.Own.Unhome(Hierarchy.Enterprise);

        Assert.Equal(ResponseCode.ServerNotResponsible, (await plant.AskAsync(plant.Recursive, Item)).Code);
    }

    [Fact]
    public async Task A_loop_of_delegations_ends_at_once()
    {
        plant.Own.Unhome(Hierarchy.Enterprise);
        plant.Own.Delegate(Hierarchy.Enterprise, "second:8000");

        var answer = await plant.AskAsync(plant.Recursive, Item);

        Assert.Equal(ResponseCode.RecursionLimit, answer.Code);
        Assert.Equal(4, answer.Steps.Count);
        Assert.Equal(WholeWay, plant.Asked);
    }

    [Fact]
    public async Task It_gives_up_after_40_steps()
    {
        for (var i = 0; i < 100; i++)
        {
            var next = $"n{i + 1}:1";
            plant.Replace(i == 0 ? "root:8000" : $"n{i}:1", r => Refer(r, next));
        }

        var answer = await plant.AskAsync(plant.Recursive, Item);

        Assert.Equal(ResponseCode.RecursionLimit, answer.Code);
        Assert.Equal(RecursiveNode.MaxSteps, answer.Steps.Count);
        Assert.Equal(40, plant.Asked.Count);
    }

    [Fact]
    public async Task The_39th_referral_is_still_followed()
    {
        for (var i = 0; i < 39; i++)
        {
            var next = $"n{i + 1}:1";
            plant.Replace(i == 0 ? "root:8000" : $"n{i}:1", r => Refer(r, next));
        }

        plant.Replace("n39:1", r => Found(r, 60, ValuePermissions.Default));

        Assert.Equal(ResponseCode.Success, (await plant.AskAsync(plant.Recursive, Item)).Code);
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_an_error_that_names_it()
    {
        plant.Replace("second:8000", _ => null);

        var answer = await plant.AskAsync(plant.Recursive, Item);

        Assert.Equal(ResponseCode.Error, answer.Code);
        Assert.Contains("second:8000", answer.Message, StringComparison.Ordinal);
        Assert.Equal(3, answer.Steps.Count);
    }

    [Fact]
    public async Task A_referral_without_a_site_is_an_error_and_no_answer()
    {
        plant.Replace("second:8000", r => new ResolutionResponse(ResponseCode.PrefixReferral, r.Handle, []));

        var answer = await plant.AskAsync(plant.Recursive, Item);

        Assert.Equal(ResponseCode.Error, answer.Code);
        Assert.Null(answer.Referral);
    }

    [Fact]
    public async Task A_cached_answer_asks_nobody_and_has_no_steps()
    {
        await plant.AskAsync(plant.Recursive, Item);
        plant.Asked.Clear();

        var answer = await plant.AskAsync(plant.Recursive, Item.ToUpperInvariant());

        Assert.True(answer.FromCache);
        Assert.Empty(answer.Steps);
        Assert.Empty(plant.Asked);
        Assert.Equal("http://x", Assert.Single(answer.Values).Data);
        Assert.Equal(Item.ToUpperInvariant(), answer.Handle.ToString());
    }

    [Fact]
    public async Task Another_question_about_the_same_handle_is_not_in_the_cache()
    {
        await plant.AskAsync(plant.Recursive, Item);

        Assert.False((await plant.AskAsync(plant.Recursive, Item, types: ["URL"])).FromCache);
        Assert.False((await plant.AskAsync(plant.Recursive, Item, [1])).FromCache);
        Assert.True((await plant.AskAsync(plant.Recursive, Item, types: ["url"])).FromCache);
    }

    [Theory]
    [InlineData("a", "|", "a|", null)]
    [InlineData("a", "u,v", "a", "u")]
    [InlineData("a", "x\ny", "a", "x")]
    public async Task Questions_that_look_alike_when_written_down_are_told_apart(string oneSuffix, string oneType, string otherSuffix, string? otherType)
    {
        plant.Put(oneSuffix, 1, oneType, "one");
        plant.Put(otherSuffix, 2, otherType ?? "T", "other");
        await plant.AskAsync(plant.Recursive, $"{Hierarchy.Enterprise}/{oneSuffix}", types: [oneType]);

        var answer = await plant.AskAsync(plant.Recursive, $"{Hierarchy.Enterprise}/{otherSuffix}", types: otherType is null ? [] : [otherType]);

        Assert.False(answer.FromCache);
        Assert.Equal("other", Assert.Single(answer.Values).Data);
    }

    [Theory]
    [InlineData(600, 599, true)]
    [InlineData(600, 600, false)]
    [InlineData(86400, 3599, true)]
    [InlineData(86400, 3600, false)] // no value is kept for longer than an hour
    [InlineData(0, 0, false)]
    public async Task A_value_is_kept_for_its_time_to_live_and_at_most_an_hour(int ttl, int later, bool cached)
    {
        plant.Put("timed", 1, "URL", "u", ttl);
        await plant.AskAsync(plant.Recursive, Hierarchy.Enterprise + "/timed");
        plant.Clock.Now += TimeSpan.FromSeconds(later);

        Assert.Equal(cached, (await plant.AskAsync(plant.Recursive, Hierarchy.Enterprise + "/timed")).FromCache);
    }

    [Fact]
    public async Task The_shortest_time_to_live_of_an_answer_counts()
    {
        plant.Put("item", 2, "SHORT", "s", ttl: 5);
        await plant.AskAsync(plant.Recursive, Item);
        plant.Clock.Now += TimeSpan.FromSeconds(5);

        Assert.False((await plant.AskAsync(plant.Recursive, Item)).FromCache);
    }

    [Fact]
    public async Task What_is_not_public_is_not_kept()
    {
        plant.Replace("own:8000", r => Found(r, 600, ValuePermissions.AdminRead));
        await plant.AskAsync(plant.Recursive, Item);

        Assert.Equal(0, plant.Recursive.Cached);
        Assert.False((await plant.AskAsync(plant.Recursive, Item)).FromCache);
    }

    [Fact]
    public async Task Negative_answers_are_not_kept()
    {
        Assert.Equal(ResponseCode.HandleNotFound, (await plant.AskAsync(plant.Recursive, Hierarchy.Enterprise + "/later")).Code);
        Assert.Equal(ResponseCode.ValuesNotFound, (await plant.AskAsync(plant.Recursive, Item, types: ["LATER"])).Code);
        Assert.Equal(0, plant.Recursive.Cached);
        plant.Put("later", 1, "URL", "u");
        plant.Put("item", 5, "LATER", "l");

        Assert.Equal(ResponseCode.Success, (await plant.AskAsync(plant.Recursive, Hierarchy.Enterprise + "/later")).Code);
        Assert.Equal(ResponseCode.Success, (await plant.AskAsync(plant.Recursive, Item, types: ["LATER"])).Code);
    }

    [Fact]
    public async Task An_authoritative_question_goes_past_the_cache_and_renews_it()
    {
        await plant.AskAsync(plant.Recursive, Item);
        plant.Put("item", 1, "URL", "http://new", ttl: 600);

        var stale = await plant.AskAsync(plant.Recursive, Item);
        var fresh = await plant.AskAsync(plant.Recursive, Item, authoritative: true);
        var after = await plant.AskAsync(plant.Recursive, Item);

        Assert.Equal(("http://x", true), (stale.Values[0].Data, stale.FromCache));
        Assert.Equal(("http://new", false, 4), (fresh.Values[0].Data, fresh.FromCache, fresh.Steps.Count));
        Assert.Equal(("http://new", true), (after.Values[0].Data, after.FromCache));
    }

    [Fact]
    public async Task An_authoritative_no_removes_what_was_kept()
    {
        await plant.AskAsync(plant.Recursive, Item);
        plant.Own.Remove(Handle.Parse(Item));

        Assert.Equal(ResponseCode.Success, (await plant.AskAsync(plant.Recursive, Item)).Code);
        Assert.Equal(ResponseCode.HandleNotFound, (await plant.AskAsync(plant.Recursive, Item, authoritative: true)).Code);
        Assert.Equal(ResponseCode.HandleNotFound, (await plant.AskAsync(plant.Recursive, Item)).Code);
    }

    [Fact]
    public async Task The_cache_is_bounded_and_the_oldest_goes_first()
    {
        plant.Replace("own:8000", r => Found(r, 600, ValuePermissions.Default));
        for (var i = 0; i <= RecursiveNode.MaxCached; i++)
            await plant.AskAsync(plant.Recursive, $"{Hierarchy.Enterprise}/n{i}");

        Assert.Equal(RecursiveNode.MaxCached, plant.Recursive.Cached);
        Assert.True((await plant.AskAsync(plant.Recursive, $"{Hierarchy.Enterprise}/n1")).FromCache);
        Assert.False((await plant.AskAsync(plant.Recursive, $"{Hierarchy.Enterprise}/n0")).FromCache);
        Assert.False((await plant.AskAsync(plant.Recursive, $"{Hierarchy.Enterprise}/n1")).FromCache);
    }

    private static ResolutionResponse Refer(ResolutionRequest request, string site) =>
        new(ResponseCode.PrefixReferral, request.Handle, [new HandleValue(1, HandleValue.SiteType, site, TimeSpan.FromHours(1), default)]);

    private static ResolutionResponse Found(ResolutionRequest request, int ttl, ValuePermissions permissions) =>
        new(ResponseCode.Success, request.Handle, [new HandleValue(1, "URL", "u", TimeSpan.FromSeconds(ttl), default, permissions)]);
}
