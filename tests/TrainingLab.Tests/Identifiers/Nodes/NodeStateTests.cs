using System.Text.Json.Nodes;
using TrainingLab.Identifiers.Handles;
using TrainingLab.Identifiers.Nodes;

namespace TrainingLab.Tests.Identifiers.Nodes;

public sealed class NodeStateTests
{
    private const string Item = Hierarchy.Enterprise + "/item";

    private readonly Hierarchy plant = new();

    [Fact]
    public async Task A_loaded_node_answers_as_the_saved_one_did()
    {
        plant.Put("item", 7, "URL", "http://x", ttl: 61);
        plant.Put("item", 2, "COST", "1", permissions: ValuePermissions.AdminRead);
        var before = await plant.AskAsync(plant.Own, Item);
        var loaded = new AuthoritativeNode("own", NodeRole.Enterprise, plant.Clock);
        loaded.Home("to.be.forgotten");

        loaded.Load(JsonNode.Parse(plant.Own.Save().ToJsonString())!.AsObject());
        var after = await plant.AskAsync(loaded, Item);

        Assert.Equal(before.Values, after.Values);
        Assert.Equal([Hierarchy.Enterprise], loaded.Homed);
        Assert.Equal(ResponseCode.AuthenticationNeeded, (await plant.AskAsync(loaded, Item, [2])).Code);
        Assert.Equal(3, loaded.Log.Count);
    }

    [Fact]
    public void Saving_does_not_depend_on_the_order_in_which_things_were_put()
    {
        var other = new Hierarchy();
        plant.Put("a", 1, "X", "1");
        plant.Put("B", 2, "Y", "2");
        plant.Put("B", 1, "Z", "3");
        plant.Own.Home("88.9");
        other.Own.Home("88.9");
        other.Put("B", 1, "Z", "3");
        other.Put("B", 2, "Y", "2");
        other.Put("a", 1, "X", "1");

        Assert.Equal(plant.Own.Save().ToJsonString(), other.Own.Save().ToJsonString());
    }

    [Fact]
    public void Saved_and_loaded_and_saved_is_the_same_text()
    {
        plant.Put("瓶 1", 1, "X", "line\nbreak \"quoted\"", ttl: 0);
        var text = plant.Own.Save().ToJsonString();
        var loaded = new AuthoritativeNode("own", NodeRole.Enterprise, plant.Clock);

        loaded.Load(JsonNode.Parse(text)!.AsObject());

        Assert.Equal(text, loaded.Save().ToJsonString());
    }

    [Fact]
    public async Task A_loaded_recursive_node_keeps_its_cache_and_its_log()
    {
        plant.Put("item", 1, "URL", "u \"quoted\" 瓶", ttl: 60);
        await plant.AskAsync(plant.Recursive, Item);
        await plant.AskAsync(plant.Recursive, Item + "/unknown");
        var text = plant.Recursive.Save().ToJsonString();
        plant.Recursive.Flush();

        plant.Recursive.Load(JsonNode.Parse(text)!.AsObject());

        Assert.Equal(text, plant.Recursive.Save().ToJsonString());
        Assert.Equal(2, plant.Recursive.Log.Count);
        Assert.Equal([Item, Item + "/unknown"], plant.Recursive.Log.Entries.Select(e => e.Handle));
        var kept = await plant.AskAsync(plant.Recursive, Item);
        Assert.True(kept.FromCache);
        Assert.Equal("u \"quoted\" 瓶", kept.Values[0].Data);
        plant.Clock.Now += TimeSpan.FromSeconds(61);
        Assert.False((await plant.AskAsync(plant.Recursive, Item)).FromCache);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"v":2}""")]
    public void Another_version_is_refused(string state)
    {
        Assert.Throws<FormatException>(() => plant.Own.Load(JsonNode.Parse(state)!.AsObject()));
        Assert.Throws<FormatException>(() => plant.Recursive.Load(JsonNode.Parse(state)!.AsObject()));
    }
}
