using System.Text;
using TrainingLab.Identifiers.Handles;
using TrainingLab.Identifiers.Http;
using TrainingLab.Identifiers.Nodes;

namespace TrainingLab.Tests.Identifiers.Http;

/// <summary>The form of the answers is that of the public proxies of the Handle System.</summary>
public sealed class HandleJsonTests
{
    private static readonly ResolutionResponse Answer = new(
        ResponseCode.Success,
        Handle.Parse("88.104/x"),
        [new HandleValue(1, "URL", "http://x", TimeSpan.FromDays(1), new DateTimeOffset(2026, 3, 2, 14, 0, 0, TimeSpan.FromHours(8)))]);

    [Fact]
    public void An_answer_is_written_as_public_proxies_write_it() => Assert.Equal(
        """{"responseCode":1,"handle":"88.104/x","values":[{"index":1,"type":"URL","data":{"format":"string","value":"http://x"},"ttl":86400,"timestamp":"2026-03-02T06:00:00Z"}]}""",
        HandleJson.Write(Answer, trace: false).ToJsonString());

    [Fact]
    public void A_negative_answer_has_no_values() => Assert.Equal(
        """{"responseCode":100,"handle":"88.104/x"}""",
        HandleJson.Write(new ResolutionResponse(ResponseCode.HandleNotFound, Handle.Parse("88.104/x"), []), trace: false).ToJsonString());

    [Fact]
    public void Steps_are_written_only_when_asked_for()
    {
        var traced = Answer with { FromCache = false, Steps = [new ResolutionStep("root", "88.104/x", ResponseCode.PrefixReferral, "national:8000")] };

        var json = HandleJson.Write(traced, trace: true);

        Assert.Equal("""[{"node":"root","asked":"88.104/x","responseCode":303,"referredTo":"national:8000"}]""", json["steps"]!.ToJsonString());
        Assert.False((bool)json["cached"]!);
        Assert.Null(HandleJson.Write(traced, trace: false)["steps"]);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var read = HandleJson.Read(Encoding.UTF8.GetBytes(HandleJson.Write(Answer with { Message = "m" }, trace: true).ToJsonString()));

        Assert.NotNull(read);
        Assert.Equal((Answer.Code, Answer.Handle, "m"), (read.Code, read.Handle, read.Message));
        Assert.Equal(Answer.Values, read.Values);
    }

    [Fact]
    public void A_shortened_answer_is_never_read_as_one()
    {
        var bytes = Encoding.UTF8.GetBytes(HandleJson.Write(Answer, trace: true).ToJsonString());

        for (var length = 0; length < bytes.Length; length++)
            Assert.Null(HandleJson.Read(bytes.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"responseCode":1}""")]
    [InlineData("""{"handle":"88.104/x"}""")]
    [InlineData("""{"responseCode":"1","handle":"88.104/x"}""")]
    [InlineData("""{"responseCode":1e99,"handle":"88.104/x"}""")]
    [InlineData("""{"responseCode":1,"handle":"no-slash"}""")]
    [InlineData("""{"responseCode":1,"handle":7}""")]
    [InlineData("""{"responseCode":1,"responseCode":1,"handle":"88.104/x"}""")]
    [InlineData("""{"responseCode":1,"handle":"88.104/x","values":[null]}""")]
    [InlineData("""{"responseCode":1,"handle":"88.104/x","values":[1]}""")]
    [InlineData("""{"responseCode":1,"handle":"88.104/x","values":[{"index":1,"data":{"value":"x"},"ttl":1,"timestamp":"2026-03-02T06:00:00Z"}]}""")]
    [InlineData("""{"responseCode":1,"handle":"88.104/x","values":[{"index":1,"type":"URL","data":{"format":"admin","value":{"handle":"0.NA/88"}},"ttl":1,"timestamp":"2026-03-02T06:00:00Z"}]}""")]
    [InlineData("""{"responseCode":1,"handle":"88.104/x","values":[{"index":1,"type":"URL","data":{"value":null},"ttl":1,"timestamp":"2026-03-02T06:00:00Z"}]}""")]
    [InlineData("""{"responseCode":1,"handle":"88.104/x","values":[{"index":1,"type":"URL","data":{"value":"x"},"ttl":9223372036854775807,"timestamp":"2026-03-02T06:00:00Z"}]}""")]
    [InlineData("""{"responseCode":1,"handle":"88.104/x","values":[{"index":1,"type":"URL","data":{"value":"x"},"ttl":1,"timestamp":"soon"}]}""")]
    [InlineData("""{"responseCode":1,"handle":"88.104/x","values":[{"index":5000000000,"type":"URL","data":{"value":"x"},"ttl":1,"timestamp":"2026-03-02T06:00:00Z"}]}""")]
    public void What_is_no_answer_is_not_read(string text) => Assert.Null(HandleJson.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Deep_nesting_is_refused() => Assert.Null(HandleJson.Read(Encoding.UTF8.GetBytes(
        """{"responseCode":1,"handle":"88.104/x","values":""" + new string('[', 10_000) + new string(']', 10_000) + "}")));

    [Fact]
    public void An_answer_without_values_may_leave_them_out()
    {
        var read = HandleJson.Read("""{"responseCode":200,"handle":"88.104/x"}"""u8);

        Assert.NotNull(read);
        Assert.Equal(ResponseCode.ValuesNotFound, read.Code);
        Assert.Empty(read.Values);
    }
}
