using Microsoft.Data.Sqlite;

namespace TrainingLab.Labs.Records;

/// <summary>Faults of the disk under the data folder that somebody can do something about.</summary>
public static class StorageFaults
{
    private const int NoSpaceUnix = 28; // ENOSPC
    private const int QuotaUnix = 122; // EDQUOT on Linux
    private const int DiskFullWindows = unchecked((int)0x80070070); // ERROR_DISK_FULL
    private const int SqliteFull = 13; // SQLITE_FULL

    /// <summary>Whether something failed because the disk is full. Nothing was acknowledged then, and it can be done again when there is space.</summary>
    public static bool IsDiskFull(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is SqliteException { SqliteErrorCode: SqliteFull } or IOException { HResult: NoSpaceUnix or QuotaUnix or DiskFullWindows })
                return true;
        }

        return false;
    }
}
