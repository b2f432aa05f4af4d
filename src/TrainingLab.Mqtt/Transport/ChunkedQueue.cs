using System.Collections;

namespace TrainingLab.Mqtt.Transport;

/// <summary>
/// A queue in pieces. One in a single array doubles it when it is full, all at once; where one message waits for hundreds of clients that do not read, all their queues would do so with the same
/// message, and everybody else would wait until that much memory is there. It also gives back what it no longer needs.
/// </summary>
internal sealed class ChunkedQueue<T> : IEnumerable<T>
{
    /// <summary>Most items of one piece: as many as one flush of small packets takes, so that a busy connection goes on with the one that it has.</summary>
    public const int LargestChunk = 1024;

    private const int FirstChunk = 4;

    private Chunk? first;
    private Chunk? last;

    /// <summary>An emptied piece that is taken next, so that a queue that is never empty does not make one after the other.</summary>
    private Chunk? spare;

    public int Count { get; private set; }

    public void Enqueue(in T item)
    {
        if (last is null || last.End == last.Items.Length) Extend();
        last!.Items[last.End++] = item;
        Count++;
    }

    public bool TryPeek([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T item)
    {
        item = Count == 0 ? default : first!.Items[first.Start];
        return Count > 0;
    }

    public bool TryDequeue([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T item)
    {
        if (!TryPeek(out item)) return false;
        var chunk = first!;
        chunk.Items[chunk.Start++] = default!;
        Count--;
        if (Count == 0)
        {
            chunk.Start = chunk.End = 0;
            spare = null;
        }
        else if (chunk.Start == chunk.Items.Length)
        {
            first = chunk.Next;
            chunk.Start = chunk.End = 0;
            chunk.Next = null;
            spare = chunk;
        }
        return true;
    }

    /// <exception cref="InvalidOperationException">There is none.</exception>
    public T Dequeue() => TryDequeue(out var item) ? item : throw new InvalidOperationException("The queue is empty.");

    public void Clear()
    {
        first = last = spare = null;
        Count = 0;
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (var chunk = first; chunk is not null; chunk = chunk.Next)
            for (var i = chunk.Start; i < chunk.End; i++) yield return chunk.Items[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Extend()
    {
        var size = last is null ? FirstChunk : Math.Min(LargestChunk, last.Items.Length * 2);
        var next = spare is not null && spare.Items.Length >= size ? spare : new Chunk(size);
        spare = null;
        if (last is null) first = next;
        else last.Next = next;
        last = next;
    }

    /// <summary>Items from <see cref="Start"/> to before <see cref="End"/>.</summary>
    private sealed class Chunk(int size)
    {
        public readonly T[] Items = new T[size];

        public int Start;

        public int End;

        public Chunk? Next;
    }
}
