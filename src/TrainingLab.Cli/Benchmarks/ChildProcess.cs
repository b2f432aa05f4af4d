using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TrainingLab.Cli.Benchmarks;

/// <summary>Starts the programs that a measurement needs beside this one.</summary>
internal static class ChildProcess
{
    /// <summary>This program again, with other arguments: by itself, or by the runtime that runs its assembly. What it says is passed over.</summary>
    public static Process StartOwn(params IReadOnlyList<string> arguments) => Silence(Start(Environment.ProcessPath!, OwnArguments(arguments)));

    /// <summary>Another program, whose words are passed over; null where it is not installed.</summary>
    public static Process? TryStart(string program, IReadOnlyList<string> arguments)
    {
        try
        {
            return Silence(Start(program, arguments));
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>This program again, to be talked with over its standard input and output.</summary>
    public static Process TalkToOwn(params IReadOnlyList<string> arguments) => Quieten(Start(Environment.ProcessPath!, OwnArguments(arguments)));

    /// <summary>Another program to be talked with; null where it is not installed.</summary>
    public static Process? TryTalkTo(string program, params IReadOnlyList<string> arguments)
    {
        try
        {
            return Quieten(Start(program, arguments));
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>A TCP port of 127.0.0.1 that nobody has at the moment.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static IReadOnlyList<string> OwnArguments(IReadOnlyList<string> arguments) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(ChildProcess).Assembly.Location, .. arguments] : arguments;

    private static Process Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // How a program uses its sockets is its own choice, not that of the measurement.
        start.Environment.Remove("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS");
        start.Environment.Remove("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT");
        return Process.Start(start)!;
    }

    // What it says is not wanted, and must not fill its pipes.
    private static Process Silence(Process process)
    {
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return Quieten(process);
    }

    private static Process Quieten(Process process)
    {
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }
}
