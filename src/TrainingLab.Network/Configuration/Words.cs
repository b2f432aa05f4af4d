using System.Diagnostics.CodeAnalysis;

namespace TrainingLab.Network.Configuration;

/// <summary>Ends the reading of a command from any depth; never leaves the parser.</summary>
internal sealed class CommandException(CommandError error) : Exception(error.Message)
{
    public CommandError Error { get; } = error;
}

/// <summary>The words of a command line, taken one after the other.</summary>
internal sealed class Words(List<string> words)
{
    private int _next;

    public bool More => _next < words.Count;

    public static bool TrySplit(string line, [NotNullWhen(true)] out Words? words, [NotNullWhen(false)] out CommandError? error)
    {
        var list = new List<string>();
        words = null;
        error = null;
        for (var i = 0; i < line.Length;)
        {
            if (char.IsWhiteSpace(line[i]))
            {
                i++;
            }
            else if (line[i] == '"')
            {
                var close = line.IndexOf('"', i + 1);
                if (close < 0)
                {
                    error = CommandErrors.UnclosedQuote;
                    return false;
                }

                list.Add(line[(i + 1)..close]);
                i = close + 1;
            }
            else
            {
                var start = i;
                while (i < line.Length && !char.IsWhiteSpace(line[i]) && line[i] != '"')
                    i++;
                list.Add(line[start..i]);
            }
        }

        if (list.Count == 0)
        {
            error = CommandErrors.Empty;
            return false;
        }

        words = new Words(list);
        return true;
    }

    public string Next(string expected) => More ? words[_next++] : throw new CommandException(CommandErrors.Missing("command", expected));

    /// <summary>Takes the next word if it is this one.</summary>
    public bool Take(string word)
    {
        if (!More || !words[_next].Equals(word, StringComparison.OrdinalIgnoreCase))
            return false;
        _next++;
        return true;
    }

    public void Expect(string word)
    {
        if (!Take(word))
            throw new CommandException(More ? CommandErrors.Unexpected(words[_next], word) : CommandErrors.Missing("command", word));
    }

    public void End()
    {
        if (More)
            throw new CommandException(CommandErrors.Unexpected(words[_next], "end"));
    }
}
