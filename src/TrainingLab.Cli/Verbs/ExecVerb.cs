using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Cli.Running;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Toolbox;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab exec ATTEMPT -- COMMAND…</c>: a toolbox command in a running attempt, here or on a server.</summary>
internal static class ExecVerb
{
    /// <summary>Not a command of the toolbox: ends the attempt.</summary>
    private const string HandIn = "hand-in";

    public static Command Create()
    {
        var server = new Option<string?>("--server") { Description = "Address of the server that the attempt runs on, such as http://lab.example:8080; this machine by default." };
        var token = new Option<string?>("--token") { Description = "Your token on that server." };
        var attempt = new Argument<string>("ATTEMPT") { Description = "Id of the attempt." };
        var words = new Argument<string[]>("COMMAND") { Description = "A toolbox command, after --; help lists them, hand-in ends the attempt.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("exec", "Runs a toolbox command in a running attempt; ends with the command's own exit code.") { server, token, attempt, words };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = VerbOutput.Of(parsed);
            using var client = ClientFor(parsed.GetValue(server), parsed.GetValue(token), parsed.GetValue(attempt)!);
            var line = parsed.GetValue(words)! is [var only] ? only : ToolboxArguments.Join(parsed.GetValue(words)!);
            return line == HandIn ? await HandInAsync(client, output, cancellationToken) : await ExecAsync(client, line, output, cancellationToken);
        });
        return command;
    }

    private static HttpClient ClientFor(string? server, string? token, string attempt)
    {
        var isLocal = server is null;
        if (isLocal)
        {
            var address = LocalRuns.Find(attempt);
            (server, token) = (address.Http, address.Token);
        }

        if (!Uri.TryCreate(server, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new WrongUsageException(Language.Say($"--server {server} is no address; write http://HOST:PORT", $"--server {server} 不是地址；请写 http://主机:端口"));
        // A command may run for minutes: Ctrl-C ends it, not a clock.
        return new HttpClient(new SocketsHttpHandler { UseProxy = !isLocal })
        {
            BaseAddress = new Uri(url, $"{url.AbsolutePath.TrimEnd('/')}/api/v1/attempts/{Uri.EscapeDataString(attempt)}/"),
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) },
        };
    }

    private static async Task<int> ExecAsync(HttpClient client, string line, VerbOutput output, CancellationToken cancellationToken)
    {
        using var answer = await AskAsync(client, () => client.PostAsJsonAsync("exec", new { command = line }, cancellationToken), cancellationToken);
        var result = await answer.Content.ReadFromJsonAsync<CommandResult>(JsonSerializerOptions.Web, cancellationToken) ?? throw new InvalidDataException("the server's answer is empty");
        if (output.IsJson)
        {
            output.Json(result.Json?.DeepClone() ?? JsonSerializer.SerializeToNode(new { result.ExitCode, result.Lines }, VerbOutput.JsonForm)!);
            return result.ExitCode;
        }

        foreach (var text in result.Lines)
        {
            if (text.IsError)
                await output.Errors.WriteLineAsync(text.Text);
            else
                output.Line(text.Text);
        }

        return result.ExitCode;
    }

    private static async Task<int> HandInAsync(HttpClient client, VerbOutput output, CancellationToken cancellationToken)
    {
        using var answer = await AskAsync(client, () => client.PostAsync("submit", content: null, cancellationToken), cancellationToken);
        var card = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        if (card?["checks"] is null)
        {
            // A server says that it was done; what it came to stands in the scorecard.
            using var scorecard = await AskAsync(client, () => client.GetAsync("scorecard", cancellationToken), cancellationToken);
            card = JsonNode.Parse(await scorecard.Content.ReadAsStringAsync(cancellationToken));
        }

        var isPassed = (bool?)card?["passed"] == true;
        if (output.IsJson)
            output.Json(card!);
        else
            output.Line(Language.Say(
                $"handed in: {card?["score"]} of {card?["max"]}, {(isPassed ? "passed" : "not passed")}", $"已交卷：{card?["score"]} / {card?["max"]} 分，{(isPassed ? "通过" : "未通过")}"));
        return isPassed ? ExitCodes.Good : ExitCodes.NotGood;
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, Func<Task<HttpResponseMessage>> ask, CancellationToken cancellationToken)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await ask();
        }
        catch (HttpRequestException e)
        {
            throw new CannotRunException(Language.Say(
                $"{client.BaseAddress!.GetLeftPart(UriPartial.Authority)} does not answer: {e.Message}", $"{client.BaseAddress!.GetLeftPart(UriPartial.Authority)} 没有响应：{e.Message}"));
        }

        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
        {
            var attempt = client.BaseAddress!.Segments[^1].TrimEnd('/');
            throw new CannotRunException(answer.StatusCode switch
            {
                HttpStatusCode.Unauthorized => Language.Say("the server does not know this token; give --token with one of yours", "服务器不认识该令牌；请用 --token 给出自己的令牌"),
                HttpStatusCode.NotFound => await DetailAsync(answer, cancellationToken) ?? Language.Say($"there is no attempt {attempt} there, or it is not yours", $"服务器上没有作答 {attempt}，或它不属于你"),
                _ => await DetailAsync(answer, cancellationToken) ?? Language.Say($"the server answers {(int)answer.StatusCode}", $"服务器返回 {(int)answer.StatusCode}"),
            });
        }
    }

    /// <summary>What an error says (RFC 9457).</summary>
    private static async Task<string?> DetailAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
            return (string?)problem?["detail"] ?? (string?)problem?["title"];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
