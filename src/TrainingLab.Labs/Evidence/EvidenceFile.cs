using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;

namespace TrainingLab.Labs.Evidence;

/// <summary>The file under a writer: appended to without a buffer of ours, so that what was written survives the end of the process.</summary>
internal sealed class EvidenceFile : IDisposable
{
    private readonly SafeFileHandle handle;

    public EvidenceFile(string path, FileMode mode)
    {
        handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.Read);
        Length = RandomAccess.GetLength(handle);
    }

    /// <summary>Bytes of whole records.</summary>
    public long Length { get; private set; }

    /// <summary>Why a flush in the background failed; set by the flusher, thrown by the next append.</summary>
    public ExceptionDispatchInfo? Failure { get; set; }

    public void Append(ReadOnlySpan<byte> line)
    {
        Failure?.Throw();
        try
        {
            RandomAccess.Write(handle, line, Length);
        }
        catch (IOException)
        {
            CutBack();
            throw;
        }

        Length += line.Length;
    }

    /// <summary>Cuts the file after its last whole record.</summary>
    public void CutTo(long length)
    {
        RandomAccess.SetLength(handle, length);
        Length = length;
    }

    public void FlushToDisk() => RandomAccess.FlushToDisk(handle);

    public void Dispose() => handle.Dispose();

    private void CutBack()
    {
        try
        {
            RandomAccess.SetLength(handle, Length);
        }
        catch (IOException)
        {
            // What stays is a line without an end, which the next opening cuts.
        }
    }
}
