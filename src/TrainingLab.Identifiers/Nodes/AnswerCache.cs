using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.Identifiers.Handles;
using TrainingLab.Identifiers.Http;

namespace TrainingLab.Identifiers.Nodes;

/// <summary>The answers that a recursive node keeps: successful ones with public values only, each for the shortest time to live among its values.</summary>
internal sealed class AnswerCache(int capacity, TimeSpan maxTtl)
{
    private readonly Dictionary<string, Kept> _answers = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _age = new();

    public int Count => _answers.Count;

    public void Clear()
    {
        _answers.Clear();
        _age.Clear();
    }

    public ResolutionResponse? Find(ResolutionRequest request, DateTimeOffset now)
    {
        var key = KeyOf(request);
        if (!_answers.TryGetValue(key, out var kept))
            return null;
        if (kept.Until > now)
            return kept.Answer;
        Remove(key);
        return null;
    }

    /// <summary>Takes an answer in place of what was kept for the question; one that may not be kept only removes it.</summary>
    public void Put(ResolutionRequest request, ResolutionResponse answer, DateTimeOffset now)
    {
        var key = KeyOf(request);
        Remove(key);
        if (answer.Code != ResponseCode.Success || LifeOf(answer) is not { } ttl)
            return;
        while (_answers.Count >= capacity)
            Remove(_age.First!.Value);
        _answers[key] = new Kept(answer, now + ttl, _age.AddLast(key));
    }

    /// <summary>What is kept, oldest first.</summary>
    public JsonArray Save() => new([.. _age.Select(key => (JsonNode)new JsonObject
    {
        ["question"] = key,
        ["until"] = _answers[key].Until.UtcTicks,
        ["answer"] = HandleJson.Write(_answers[key].Answer, trace: false),
    })]);

    /// <summary>Takes over what was kept.</summary>
    /// <exception cref="FormatException">An answer is none.</exception>
    public void Load(JsonArray state)
    {
        Clear();
        foreach (var kept in state)
        {
            var answer = HandleJson.Read(Encoding.UTF8.GetBytes(kept!["answer"]!.ToJsonString())) ?? throw new FormatException("A kept answer is not readable.");
            var key = (string)kept["question"]!;
            _answers[key] = new Kept(answer, new DateTimeOffset((long)kept["until"]!, TimeSpan.Zero), _age.AddLast(key));
        }
    }

    private TimeSpan? LifeOf(ResolutionResponse answer)
    {
        var ttl = maxTtl;
        foreach (var value in answer.Values)
        {
            if (!value.IsPublic)
                return null;
            if (value.Ttl < ttl)
                ttl = value.Ttl;
        }

        return ttl > TimeSpan.Zero ? ttl : null;
    }

    private void Remove(string key)
    {
        if (_answers.Remove(key, out var kept))
            _age.Remove(kept.Age);
    }

    /// <summary>One text for each question. Types are written with their length, because they may contain any separator.</summary>
    private static string KeyOf(ResolutionRequest request) => AsciiCase.ToCapitals(string.Create(
        CultureInfo.InvariantCulture,
        $"{request.Handle}\n{string.Join(',', request.Indexes)}\n{(request.PublicOnly ? 1 : 0)}{string.Concat(request.Types.Select(t => $"\n{t.Length}:{t}"))}"));

    private sealed record Kept(ResolutionResponse Answer, DateTimeOffset Until, LinkedListNode<string> Age);
}
