using System.Runtime.InteropServices;

namespace TrainingLab.OpcUa.Nodes.Models;

/// <summary>What is wrong in a nodeset file.</summary>
/// <param name="Line">The line, from 1; 0 where the file as a whole is meant.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Message">What is wrong and what would be right, in English.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct NodeSetMistake(int Line, int Column, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Line}:{Column}: {Message}");
}

/// <summary>The mistakes found in one file, all of them up to a limit.</summary>
internal sealed class NodeSetMistakes
{
    /// <summary>More than these are not listed: the file is of another kind, or broken throughout.</summary>
    public const int Most = 200;

    private readonly List<NodeSetMistake> _found = [];

    public IReadOnlyList<NodeSetMistake> Found => _found;

    public bool IsFull => _found.Count >= Most;

    public void Add(TextPosition at, string message)
    {
        if (!IsFull)
        {
            _found.Add(new NodeSetMistake(at.Line, at.Column, message));
        }
    }
}
