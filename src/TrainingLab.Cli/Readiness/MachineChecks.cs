using System.Globalization;
using System.Reflection;

namespace TrainingLab.Cli.Readiness;

/// <summary>Disk, clock, processors and open files.</summary>
internal static class MachineChecks
{
    /// <summary>Disk that one attempt takes: evidence with its lab, snapshots and what the historian keeps. Generous.</summary>
    private const long DiskPerStudent = 50L << 20;

    /// <summary>Disk that should stay free whatever happens.</summary>
    private const long DiskReserve = 1L << 30;

    /// <summary>Sockets and files of one attempt: its ports, the connections of a student's tools, its evidence.</summary>
    private const int FilesPerStudent = 60;

    /// <summary>Students that one processor carries at real speed.</summary>
    private const int StudentsPerProcessor = 30;

    public static Finding CheckDisk(string folder, int students)
    {
        var existing = folder;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
            existing = parent;
        var free = new DriveInfo(existing).AvailableFreeSpace;
        var needed = DiskReserve + (students * DiskPerStudent);
        var text = string.Create(CultureInfo.InvariantCulture, $"{Gigabytes(free)} free for {folder}; {students} students need at most {Gigabytes(needed)}");
        return free < needed
            ? new Finding("disk", FindingState.Bad, text, "free some, or name another folder: lab serve --data DIR")
            : new Finding("disk", FindingState.Good, text);
    }

    /// <summary>A clock that is wrong makes records that are wrong; one before the program was built is certainly wrong.</summary>
    public static Finding CheckClock(TimeProvider clock)
    {
        var now = clock.GetLocalNow();
        var built = File.Exists(Environment.ProcessPath) ? File.GetLastWriteTimeUtc(Assembly.GetExecutingAssembly().Location is { Length: > 0 } path ? path : Environment.ProcessPath) : DateTime.MinValue;
        var text = string.Create(CultureInfo.InvariantCulture, $"{now:yyyy-MM-dd HH:mm:ss zzz} ({clock.LocalTimeZone.Id})");
        if (now.UtcDateTime < built.AddDays(-1))
            return new Finding("clock", FindingState.Bad, text + " is before this program was built", "set the clock");
        var isSynchronized = File.Exists("/run/systemd/timesync/synchronized") || File.Exists("/run/chrony/chronyd.pid");
        return isSynchronized
            ? new Finding("clock", FindingState.Good, text + ", synchronised")
            : new Finding("clock", FindingState.Good, text + "; compare it with the students' clocks");
    }

    public static Finding CheckProcessors(int students)
    {
        var needed = (students + StudentsPerProcessor - 1) / StudentsPerProcessor;
        var text = $"{Environment.ProcessorCount} processors; {students} students need {needed}";
        return Environment.ProcessorCount < needed ? new Finding("processors", FindingState.Warning, text, "expect slow answers when all work at the same time") : new Finding("processors", FindingState.Good, text);
    }

    /// <summary>The limit of open files and sockets; null where the system has none worth asking.</summary>
    public static Finding? CheckOpenFiles(int students)
    {
        const string limits = "/proc/self/limits";
        if (!File.Exists(limits) || File.ReadLines(limits).FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal)) is not { } line)
            return null;
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!long.TryParse(words[^2], NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
            return null;
        var needed = 500 + (students * FilesPerStudent);
        var text = $"{limit} files and sockets may be open; {students} students need at most {needed}";
        return limit < needed
            ? new Finding("openFiles", FindingState.Bad, text, $"ulimit -n {needed}, or LimitNOFILE={needed} in the service's unit")
            : new Finding("openFiles", FindingState.Good, text);
    }

    /// <summary>An amount of memory or disk.</summary>
    public static string Gigabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB");
}
