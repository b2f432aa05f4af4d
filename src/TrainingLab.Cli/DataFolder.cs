namespace TrainingLab.Cli;

/// <summary>The data folder of a server while it runs. Two servers on one folder would write into the same evidence, so the second is refused.</summary>
internal sealed class DataFolder : IDisposable
{
    private const string LockFile = "lock";

    private const int Patience = 25;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly FileStream held;

    private DataFolder(FileStream held) => this.held = held;

    /// <summary>Makes the folder where it is missing, for its owner alone, and holds it until disposed or until the process ends.</summary>
    /// <exception cref="CannotRunException">It cannot be made or written, or another server holds it.</exception>
    public static async Task<DataFolder> HoldAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, e);
        }

        for (var patience = Patience; ; patience--)
        {
            try
            {
                return new DataFolder(new FileStream(Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (UnauthorizedAccessException e)
            {
                throw Refused(path, e);
            }
            catch (IOException) when (patience > 0)
            {
                // One that was told to stop may still be writing.
                await Task.Delay(Pause, cancellationToken);
            }
            catch (IOException)
            {
                throw new CannotRunException(Language.Say(
                $"another lab serve runs on the data folder {path}; stop it, or name another folder: --data DIR", $"另一个 lab serve 正在使用数据文件夹 {path}；请先停止它，或用 --data 指定其他文件夹"));
            }
        }
    }

    public void Dispose() => held.Dispose();

    private static CannotRunException Refused(string path, Exception reason) => new(Language.Say(
        $"the data folder {path} cannot be used: {reason.Message.TrimEnd('.')}; name another one: --data DIR", $"无法使用数据文件夹 {path}：{reason.Message.TrimEnd('.')}；请用 --data 指定其他文件夹"));
}
