using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Identifiers.Handles;
using TrainingLab.Identifiers.Nodes;

namespace TrainingLab.Identifiers.Http;

/// <summary>Answers as JSON, as the public proxies of the Handle System write them.</summary>
/// <remarks><code>{"responseCode":1,"handle":"88.104/x","values":[{"index":1,"type":"URL","data":{"format":"string","value":"…"},"ttl":86400,"timestamp":"…"}]}</code></remarks>
public static class HandleJson
{
    /// <summary>Writes an answer; <paramref name="trace"/> adds the steps that a recursive node took.</summary>
    public static JsonObject Write(ResolutionResponse answer, bool trace)
    {
        var json = new JsonObject { ["responseCode"] = (int)answer.Code, ["handle"] = answer.Handle.ToString() };
        if (answer.Message is not null)
            json["message"] = answer.Message;
        if (answer.Values.Count > 0)
        {
            json["values"] = new JsonArray([.. answer.Values.Select(v => (JsonNode)new JsonObject
            {
                ["index"] = v.Index,
                ["type"] = v.Type,
                ["data"] = new JsonObject { ["format"] = "string", ["value"] = v.Data },
                ["ttl"] = (long)v.Ttl.TotalSeconds,
                ["timestamp"] = v.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            })]);
        }

        if (trace)
        {
            json["cached"] = answer.FromCache;
            json["steps"] = new JsonArray([.. answer.Steps.Select(s => (JsonNode)new JsonObject
            {
                ["node"] = s.Node,
                ["asked"] = s.Asked,
                ["responseCode"] = (int)s.Code,
                ["referredTo"] = s.ReferredTo,
            })]);
        }

        return json;
    }

    /// <summary>Reads an answer that another node wrote; null where the text is no such answer.</summary>
    public static ResolutionResponse? Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 16 });
            if (JsonNode.Parse(ref reader) is not JsonObject json || !Handle.TryParse((string?)json["handle"], out var handle))
                return null;
            var values = new List<HandleValue>();
            foreach (var v in json["values"] as JsonArray ?? [])
            {
                values.Add(new HandleValue(
                    (int)v!["index"]!,
                    (string?)v["type"] ?? throw new FormatException("A value has a type."),
                    (string?)v["data"]!["value"] ?? throw new FormatException("A value has data."),
                    TimeSpan.FromSeconds((long)v["ttl"]!),
                    DateTimeOffset.Parse((string)v["timestamp"]!, CultureInfo.InvariantCulture)));
            }

            return new ResolutionResponse((ResponseCode)(int)json["responseCode"]!, handle, values, (string?)json["message"]);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or NullReferenceException or OverflowException or ArgumentException)
        {
            return null;
        }
    }
}
