using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Text;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;

namespace TrainingLab.Cli.Brokers;

/// <summary>
/// A line for each login that was refused: who, from where, why. Somebody who guesses passwords fills no disk: of more than <see cref="MaxLines"/> within <see cref="Window"/> only their
/// number is written. Not thread safe.
/// </summary>
/// <param name="write">Takes a line.</param>
/// <param name="time">Timers.</param>
internal sealed class RefusalLog(Action<string> write, TimeProvider time) : IDisposable
{
    /// <summary>Lines within a window.</summary>
    public const int MaxLines = 20;

    /// <summary>How long a window is, from its first line on.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>Characters of a name that are written.</summary>
    private const int MaxName = 64;

    private ITimer? end;
    private int count;

    /// <summary>A CONNECT was refused.</summary>
    public void Login(MqttClientIdentity client, MqttReasonCode reason) =>
        Add($"refused {client.Peer.Address}: {(client.UserName is { } user ? $"user '{Plain(user)}'" : "no user")}, client '{Plain(client.ClientId)}': {reason}");

    /// <summary>A TLS handshake failed.</summary>
    public void Handshake(EndPoint from, AuthenticationException failure) => Add($"refused {from}: TLS: {failure.Message.ReplaceLineEndings(" ")}");

    public void Dispose() => Close();

    private void Add(string line)
    {
        end ??= Begin();
        if (++count <= MaxLines) write(line);
    }

    private ITimer Begin()
    {
        // A timer of real time fires on a pool thread.
        var context = SynchronizationContext.Current;
        return time.CreateTimer(
            _ =>
            {
                if (context is null || context == SynchronizationContext.Current) Close();
                else context.Post(_ => Close(), null);
            },
            state: null,
            Window,
            Timeout.InfiniteTimeSpan);
    }

    private void Close()
    {
        if (count > MaxLines) write(string.Create(CultureInfo.InvariantCulture, $"refused {count - MaxLines} more within {Window.TotalSeconds:0} s"));
        end?.Dispose();
        end = null;
        count = 0;
    }

    /// <summary>A name as it may stand in one line: a client chooses it.</summary>
    private static string Plain(string name)
    {
        var text = new StringBuilder(Math.Min(name.Length, MaxName) + 1);
        foreach (var rune in name.EnumerateRunes())
        {
            if (text.Length >= MaxName) return text.Append('…').ToString();
            text.Append(Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? "?" : rune.ToString());
        }
        return text.ToString();
    }
}
