using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace TrainingLab.Cli.Running;

/// <summary>Where a factory of this user on this machine is reached.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Http">Address of its HTTP port; empty while it starts.</param>
/// <param name="Token">Token of its API.</param>
internal sealed record LocalRunAddress(string Id, string Http, string Token);

/// <summary>
/// One small file for each factory of this user that runs at a command line: <c>lab exec</c> finds it there. Only the user may read the folder. A file whose
/// factory does not answer is what a crash left behind.
/// </summary>
internal sealed class LocalRuns : IDisposable
{
    /// <summary>How long a factory may take from its first file to its first answer.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    private readonly string path;

    private LocalRuns(string path, string id)
    {
        this.path = path;
        Id = id;
        Token = RandomNumberGenerator.GetHexString(32, lowercase: true);
    }

    /// <summary>The id that it was given.</summary>
    public string Id { get; }

    /// <summary>The token of its API.</summary>
    public string Token { get; }

    private static string Folder
    {
        get
        {
            var parent = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Directory.Exists(runtime) ? runtime : Path.GetTempPath();
            return Path.Combine(parent, "traininglab-" + Environment.UserName);
        }
    }

    /// <summary>Takes the first id that no running factory has: <c>a1</c>, <c>a2</c> …</summary>
    /// <param name="prefix">What ids begin with.</param>
    public static async Task<LocalRuns> ClaimAsync(string prefix)
    {
        var folder = Folder;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        for (var number = 1; ; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}");
            var path = PathOf(id);
            if (File.Exists(path) && !await IsRunningAsync(path))
                File.Delete(path);
            try
            {
                await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                return new LocalRuns(path, id);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Somebody else was quicker, or has it: the next one.
            }
        }
    }

    /// <summary>The factory of an id.</summary>
    /// <exception cref="CannotRunException">None of that id runs.</exception>
    public static LocalRunAddress Find(string id)
    {
        if (id.Length > 0 && id.All(char.IsAsciiLetterOrDigit) && Read(PathOf(id)) is { Http.Length: > 0 } address)
            return address;
        var running = Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal).ToList() : [];
        throw new CannotRunException(running.Count == 0
            ? Language.Say(
                $"there is no attempt {id} on this machine, nor any other; --server names the server that it runs on", $"本机没有作答 {id}，也没有其他作答；服务器上的作答请用 --server")
            : Language.Say(
                $"there is no attempt {id} on this machine; there are {string.Join(", ", running)}; --server names the server that it runs on",
                $"本机没有作答 {id}；现有：{string.Join("、", running)}；服务器上的作答请用 --server"));
    }

    /// <summary>Tells where it is reached.</summary>
    public void Publish(string http) => File.WriteAllText(path, JsonSerializer.Serialize(new LocalRunAddress(Id, http, Token)));

    public void Dispose() => File.Delete(path);

    private static string PathOf(string id) => Path.Combine(Folder, id + ".json");

    private static LocalRunAddress? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<LocalRunAddress>(File.ReadAllText(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    private static async Task<bool> IsRunningAsync(string path)
    {
        if (Read(path) is not { } address)
            return DateTime.UtcNow - File.GetLastWriteTimeUtc(path) < StartLimit;
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(2) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", address.Token);
        try
        {
            using var answer = await client.GetAsync($"{address.Http}/api/v1/attempts/{address.Id}");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or UriFormatException or InvalidOperationException)
        {
            return false;
        }
    }
}
