using System.Net;
using System.Text.RegularExpressions;
using TrainingLab.Tests.Web.Fakes;
using TrainingLab.Web.Assets;

namespace TrainingLab.Tests.Web.Assets;

public sealed partial class EmbeddedAssetsTests
{
    [Fact]
    public async Task Everything_is_in_the_assembly_and_kept_for_good()
    {
        await using var host = await WebHost.StartAsync(TestContext.Current.CancellationToken);
        using var visitor = host.Visitor();
        var assets = new EmbeddedAssets();
        Assert.Contains("lib/htmx.min.js", assets.Paths);
        foreach (var path in assets.Paths)
        {
            using var response = await visitor.Client.GetAsync(assets.Url(path), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains(response.Headers.CacheControl!.Extensions, e => e.Name == "immutable");
            using var request = new HttpRequestMessage(HttpMethod.Get, assets.Url(path));
            request.Headers.IfNoneMatch.Add(response.Headers.ETag!);
            using var again = await visitor.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        }
    }

    [Fact]
    public async Task Modules_import_only_what_is_there()
    {
        await using var host = await WebHost.StartAsync(TestContext.Current.CancellationToken);
        using var visitor = host.Visitor();
        var assets = new EmbeddedAssets();
        foreach (var path in assets.Paths.Where(p => p.StartsWith("js/", StringComparison.Ordinal)))
        {
            foreach (Match match in ImportPattern().Matches(await visitor.GetAsync(assets.Url(path))))
                Assert.Contains(new Uri(new Uri("http://x/" + path), match.Groups["module"].Value).AbsolutePath[1..], assets.Paths);
        }

        Assert.Throws<KeyNotFoundException>(() => assets.Url("js/nothing.js"));
    }

    [Theory]
    [InlineData("/assets/x/../../TrainingLab.Web.dll")]
    [InlineData("/assets/x/nothing.js")]
    public async Task Nothing_else_is_served(string path)
    {
        await using var host = await WebHost.StartAsync(TestContext.Current.CancellationToken);
        using var visitor = host.Visitor();
        await visitor.GetAsync(path, HttpStatusCode.NotFound);
    }

    [GeneratedRegex("from '(?<module>[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ImportPattern();
}
