using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.Network.Configuration;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Consoles;

/// <summary>The HTTP console of a switch or of the router: a page with forms and a JSON interface; see docs/protocols/network.md.</summary>
public sealed class DeviceConsole
{
    /// <summary>Larger request bodies are answered 413.</summary>
    public const int MaxBody = 64 * 1024;

    private readonly PlantNetwork _network;
    private readonly PlantSwitch? _switch;

    internal DeviceConsole(PlantNetwork network, string deviceId)
    {
        _network = network;
        DeviceId = deviceId;
        _switch = network.Topology.Switches.FirstOrDefault(s => s.Id == deviceId);
    }

    public string DeviceId { get; }

    /// <summary>Answers one request. Never throws for what is in the request; a wrong request changes nothing.</summary>
    public async ValueTask<ConsoleResponse> HandleAsync(ConsoleRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var language = Language(request.AcceptLanguage);
        if (request.Body.Length > MaxBody)
            return ConsoleResponses.Problem(413, "body", language == "zh" ? $"请求体最大 {MaxBody} 字节。" : $"A request body has at most {MaxBody} bytes.");
        var segments = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length == 0)
            return await PageAsync(request, language);
        var methods = segments[0] == "api" ? Api(segments.AsSpan(1)) : null;
        if (methods is null)
            return ConsoleResponses.Problem(404, "path", language == "zh" ? "没有这个地址，可用地址见首页。" : "There is nothing here; the page at / lists what there is.");
        var method = request.Method == "HEAD" ? "GET" : request.Method;
        var handler = methods.FirstOrDefault(m => m.Method == method).Handle;
        if (handler is not null)
            return await handler(request, language);
        var allow = string.Join(", ", methods.Select(m => m.Method));
        return ConsoleResponses.Problem(405, "method", language == "zh" ? $"此地址支持：{allow}。" : $"Use {allow} here.") with
        {
            Headers = ImmutableDictionary<string, string>.Empty.Add("Allow", allow),
        };
    }

    private delegate ValueTask<ConsoleResponse> Handler(ConsoleRequest request, string language);

    private (string Method, Handler Handle)[]? Api(ReadOnlySpan<string> path)
    {
        switch (path)
        {
            case ["config", "running"]:
                return [("GET", Get(() => _switch is null ? Rules(_network.RunningRouter.Firewall) : Ports(_network.RunningOf(DeviceId))))];
            case ["config", "saved"]:
                return [("GET", Get(() => _switch is null ? Rules(_network.SavedRouter.Firewall) : Ports(_network.SavedOf(DeviceId))))];
            case ["save"]:
                return [("POST", (request, language) => DoAsync(request, language, new SaveCommand(), 200, () => new JsonObject { ["saved"] = true }))];
            case ["restart"]:
                return [("POST", (request, language) => DoAsync(request, language, new RestartCommand(), 202, () => new JsonObject { ["restarting"] = true }))];
            case ["command"]:
                return [("POST", CommandAsync)];
            case ["ports"] when _switch is not null:
                return [("GET", Get(() => Ports(_network.RunningOf(DeviceId))))];
            case ["ports", var number] when _switch is not null:
                return [("GET", (_, language) => new(Port(number, language))), ("PUT", (request, language) => SetPortAsync(request, language, number))];
            case ["mac-table"] when _switch is not null:
                return [("GET", Get(MacTable))];
            case ["interfaces"] when _switch is null:
                return [("GET", Get(Interfaces))];
            case ["rules"] when _switch is null:
                return
                [
                    ("GET", Get(() => Rules(_network.RunningRouter.Firewall))),
                    ("PUT", (request, language) => ReadAsync(request, language, ConsoleBody.Firewall, 200, () => Rules(_network.RunningRouter.Firewall))),
                    ("POST", (request, language) => ReadAsync(request, language, ConsoleBody.AddRule, 201, () => Rules(_network.RunningRouter.Firewall))),
                ];
            case ["rules", var id] when _switch is null:
                return [("DELETE", (request, language) => DoAsync(request, language, new DeleteRuleCommand(id), 200, () => Rules(_network.RunningRouter.Firewall)))];
            case ["rules", var id, "move"] when _switch is null:
                return [("POST", (request, language) => ReadAsync(request, language, body => ConsoleBody.Move(body, id), 200, () => Rules(_network.RunningRouter.Firewall)))];
            default:
                return null;
        }
    }

    private static Handler Get(Func<JsonNode> read) => (_, _) => new(ConsoleResponses.Json(200, read()));

    private ConsoleResponse Port(string number, string language) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && _network.RunningOf(DeviceId).Port(n) is { } port
            ? ConsoleResponses.Json(200, PortJson.Write(port))
            : ConsoleResponses.Problem(404, CommandErrors.BadPort(number), language);

    private ValueTask<ConsoleResponse> SetPortAsync(ConsoleRequest request, string language, string number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && _network.RunningOf(DeviceId).Port(n) is not null
            ? ReadAsync(request, language, body => ConsoleBody.SetPort(body, n), 200, () => PortJson.Write(_network.RunningOf(DeviceId).Port(n)!))
            : new(ConsoleResponses.Problem(404, CommandErrors.BadPort(number), language));

    private async ValueTask<ConsoleResponse> ReadAsync(
        ConsoleRequest request, string language, Func<JsonObject, DeviceCommand> read, int status, Func<JsonNode> answer)
    {
        DeviceCommand command;
        try
        {
            command = read(ConsoleBody.Parse(request.Body));
        }
        catch (CommandException e)
        {
            return ConsoleResponses.Problem(400, e.Error, language);
        }

        return await DoAsync(request, language, command, status, answer);
    }

    private async ValueTask<ConsoleResponse> DoAsync(ConsoleRequest request, string language, DeviceCommand command, int status, Func<JsonNode> answer)
    {
        var result = await _network.ExecuteAsync(DeviceId, command, request.Peer);
        return result.Error is { } error ? Problem(error, command, language) : ConsoleResponses.Json(status, answer());
    }

    private static ConsoleResponse Problem(CommandError error, DeviceCommand? command, string language) => ConsoleResponses.Problem(
        error.Field switch
        {
            "device" => 503,
            "id" when command is DeleteRuleCommand or MoveRuleCommand => 404,
            "id" when command is AddRuleCommand => 409,
            _ => 400,
        },
        error, language);

    private async ValueTask<ConsoleResponse> CommandAsync(ConsoleRequest request, string language)
    {
        string line;
        try
        {
            line = request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true
                ? ConsoleBody.Command(ConsoleBody.Parse(request.Body))
                : Encoding.UTF8.GetString(request.Body.Span).Trim();
        }
        catch (CommandException e)
        {
            return ConsoleResponses.Problem(400, e.Error, language);
        }

        var result = await _network.ExecuteAsync(DeviceId, line, request.Peer);
        return result.Error is { } error
            ? Problem(error, null, language)
            : ConsoleResponses.Json(200, new JsonObject { ["command"] = line, ["output"] = result.Text });
    }

    private async ValueTask<ConsoleResponse> PageAsync(ConsoleRequest request, string language)
    {
        switch (request.Method)
        {
            case "GET" or "HEAD":
                return ConsoleResponses.Html(200, Page(language, notice: null));
            case "POST":
                var line = ConsoleForm.Command(Encoding.UTF8.GetString(request.Body.Span));
                var result = await _network.ExecuteAsync(DeviceId, line, request.Peer);
                return result.Error is { } error
                    ? ConsoleResponses.Html(400, Page(language, error.Describe(language)))
                    : new ConsoleResponse(303, "text/plain; charset=utf-8", default, "./");
            default:
                return ConsoleResponses.Problem(405, "method", language == "zh" ? "此地址支持：GET, POST。" : "Use GET, POST here.") with
                {
                    Headers = ImmutableDictionary<string, string>.Empty.Add("Allow", "GET, POST"),
                };
        }
    }

    private string Page(string language, string? notice) => _switch is not null
        ? ConsolePage.Switch(_switch, _network.RunningOf(DeviceId), _network.SavedOf(DeviceId), _network.MacTableOf(DeviceId), notice, language)
        : ConsolePage.Router(_network.Topology.Router!, _network.RunningRouter, _network.SavedRouter, notice, language);

    private JsonObject Ports(SwitchConfiguration configuration) => new()
    {
        ["device"] = DeviceId,
        ["ports"] = new JsonArray([.. configuration.Ports.Select(p => (JsonNode)PortJson.Write(p))]),
    };

    private JsonObject Rules(Firewall firewall)
    {
        var json = FirewallJson.Write(firewall);
        json.Insert(0, "device", DeviceId);
        return json;
    }

    private JsonObject MacTable() => new()
    {
        ["device"] = DeviceId,
        ["entries"] = new JsonArray([.. _network.MacTableOf(DeviceId).Select(e => (JsonNode)new JsonObject
        {
            ["vlan"] = e.Vlan,
            ["mac"] = e.Mac.ToString(),
            ["port"] = e.Port == 0 ? "cpu" : e.Port.ToString(CultureInfo.InvariantCulture),
        })]),
    };

    private JsonObject Interfaces() => new()
    {
        ["device"] = DeviceId,
        ["interfaces"] = new JsonArray([.. _network.Topology.Router!.Interfaces.Select(i => (JsonNode)new JsonObject
        {
            ["name"] = i.Name,
            ["address"] = $"{i.Address}/{i.PrefixLength}",
            ["vlan"] = i.Vlan,
            ["port"] = i.Port,
        })]),
    };

    // The first language of the header that is known; weights only matter to those who list Chinese after English.
    private static string Language(string? acceptLanguage)
    {
        foreach (var item in (acceptLanguage ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (item.StartsWith("zh", StringComparison.OrdinalIgnoreCase))
                return "zh";
            if (item.StartsWith("en", StringComparison.OrdinalIgnoreCase))
                return "en";
        }

        return "en";
    }
}
