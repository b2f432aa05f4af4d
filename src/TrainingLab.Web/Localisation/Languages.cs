using Microsoft.AspNetCore.Http;

namespace TrainingLab.Web.Localisation;

/// <summary>Chooses the language of an answer: what the reader chose, else what the browser asks for, else English.</summary>
public static class Languages
{
    /// <summary>English.</summary>
    public const string English = "en";

    /// <summary>Simplified Chinese.</summary>
    public const string Chinese = "zh";

    internal const string Cookie = "tl-language";

    /// <summary>The value of the <c>lang</c> attribute.</summary>
    public static string Tag(string language) => language == Chinese ? "zh-CN" : English;

    /// <summary>The language for a request.</summary>
    public static string Of(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Cookies[Cookie] is (English or Chinese) and var chosen)
            return chosen;
        foreach (var accepted in request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1))
        {
            if (accepted.Value.StartsWith(Chinese, StringComparison.OrdinalIgnoreCase))
                return Chinese;
            if (accepted.Value.StartsWith(English, StringComparison.OrdinalIgnoreCase))
                return English;
        }

        return English;
    }
}
