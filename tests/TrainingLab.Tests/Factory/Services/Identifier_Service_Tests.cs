using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Http;
using TrainingLab.Identifiers.Handles;
using TrainingLab.Identifiers.Nodes;

namespace TrainingLab.Tests.Factory.Services;

/// <summary>Identifier nodes as HTTP clients meet them, over the plant network.</summary>
public sealed class Identifier_Service_Tests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("88.104.1201/a/b", "88.104.1201/a/b")]
    [InlineData("88.104.1201/a/b", "88.104.1201/a%2Fb")]
    [InlineData("88.104.1201/a/b", "88.104.1201%2Fa%2fb")]
    [InlineData("88.104.1201/a%2Fb", "88.104.1201/a%252Fb")]
    [InlineData("88.104.1201/50%", "88.104.1201/50%25")]
    [InlineData("88.104.1201/a+b c", "88.104.1201/a+b%20c")]
    [InlineData("88.104.1201/what?#&=", "88.104.1201/what%3F%23&=")]
    [InlineData("88.104.1201/瓶-①", "88.104.1201/%E7%93%B6-%E2%91%A0")]
    [InlineData("88.104.1201/../up", "88.104.1201/%2E%2E/up")]
    public async Task A_suffix_of_any_characters_reaches_its_node(string handle, string path)
    {
        await using var test = await TestFactory.StartAsync();
        await test.DoAsync(() => Enterprise(test).Put(Handle.Parse(handle), new HandleValue(1, "URL", "here", TimeSpan.FromHours(1), default)));

        foreach (var node in new[] { "id-enterprise", "id-recursive" })
        {
            var answer = await GetAsync(test, node, $"/api/handles/{path}");
            Assert.Equal(1, (int)answer["responseCode"]!);
            Assert.Equal(handle, (string?)answer["handle"]);
        }
    }

    [Fact]
    public async Task The_root_answers_for_itself()
    {
        await using var test = await TestFactory.StartAsync();
        var answer = await GetAsync(test, "id-recursive", "/api/handles/0.NA/0.NA?type=HS_SITE");
        Assert.Equal("id-root:8000", (string?)answer["values"]![0]!["data"]!["value"]);
    }

    [Fact]
    public async Task A_large_value_passes_through_every_node()
    {
        await using var test = await TestFactory.StartAsync();
        var text = string.Concat(Enumerable.Repeat("数据-data-", 100_000));
        await test.DoAsync(() => Enterprise(test).Put(Handle.Parse("88.104.1201/large"), new HandleValue(1, "TEXT", text, TimeSpan.FromHours(1), default)));
        var answer = await GetAsync(test, "id-recursive", "/api/handles/88.104.1201/large");
        Assert.Equal(text, (string?)answer["values"]![0]!["data"]!["value"]);
    }

    private static AuthoritativeNode Enterprise(TestFactory test) => (AuthoritativeNode)test.Factory.Identifiers.First(i => i.Node.Name == "id-enterprise").Node;

    private static async Task<JsonNode> GetAsync(TestFactory test, string node, string target)
    {
        var reply = await test.DoAsync(async () =>
        {
            var pipe = await test.Factory.Context.ConnectAsync("workstation", node, 8000, TestFactory.Student, Cancel);
            return await PlantHttpClient.SendAsync(pipe, node, "GET", target, [], ReadOnlyMemory<byte>.Empty, Cancel);
        });
        return JsonNode.Parse(Encoding.UTF8.GetString(reply.Body.Span))!;
    }
}
