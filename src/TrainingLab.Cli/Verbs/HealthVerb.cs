using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab health URL</c>: whether an address answers 200; the container's health check.</summary>
internal static class HealthVerb
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    public static Command Create()
    {
        var url = new Argument<string>("URL") { Description = "Such as http://127.0.0.1:8080/health/ready." };
        var command = new Command("health", "Asks an address once; good when it answers 200.") { url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = VerbOutput.Of(parsed);
            if (!Uri.TryCreate(parsed.GetValue(url), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new WrongUsageException(Language.Say($"{parsed.GetValue(url)} is no address; write http://HOST:PORT/health/ready", $"{parsed.GetValue(url)} 不是地址；请写 http://主机:端口/health/ready"));
            var (status, problem) = await AskAsync(address, cancellationToken);
            if (output.IsJson)
                output.Json(new JsonObject { ["healthy"] = status == 200, ["status"] = status, ["problem"] = problem });
            else
                output.Line(status is { } code ? code.ToString(CultureInfo.InvariantCulture) : problem!);
            return status == 200 ? ExitCodes.Good : ExitCodes.NotGood;
        });
        return command;
    }

    private static async Task<(int? Status, string? Problem)> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = Limit };
        try
        {
            using var answer = await client.GetAsync(address, cancellationToken);
            return ((int)answer.StatusCode, null);
        }
        catch (HttpRequestException exception)
        {
            return (null, exception.Message);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"no answer within {Limit.TotalSeconds} s");
        }
    }
}
