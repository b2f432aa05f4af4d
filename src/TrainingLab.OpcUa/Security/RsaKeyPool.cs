using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace TrainingLab.OpcUa.Security;

/// <summary>
/// RSA keys of 2048 bits that are ready: making one takes over 100 ms. The host of the process fills the pool with <see cref="FillOne"/> in the background; where it has none, the one who
/// takes makes it himself. Any thread. Which key somebody gets decides nothing but ciphertext.
/// </summary>
public sealed class RsaKeyPool
{
    private const int FewestReady = 4;
    private const int MostReady = 64;

    private readonly ConcurrentQueue<RSA> _ready = new();
    private int _taken;

    /// <summary>The pool of the process.</summary>
    public static RsaKeyPool Shared { get; } = new();

    /// <summary>Keys that are ready.</summary>
    public int Count => _ready.Count;

    /// <summary>A key that nobody else has; belongs to the caller.</summary>
    public RSA Take()
    {
        Interlocked.Increment(ref _taken);
        return _ready.TryDequeue(out var key) ? key : Make();
    }

    /// <summary>Makes one key, unless there are enough: 4 at first, then as many as were taken so far, up to 64. Says whether it did.</summary>
    public bool FillOne()
    {
        if (_ready.Count >= Math.Clamp(Volatile.Read(ref _taken), FewestReady, MostReady))
        {
            return false;
        }

        _ready.Enqueue(Make());
        return true;
    }

    private static RSA Make()
    {
        var key = RSA.Create(SecurityPolicy.MinKeyBits);

        // The key is only made when it is first needed.
        _ = key.ExportParameters(includePrivateParameters: false);
        return key;
    }
}
