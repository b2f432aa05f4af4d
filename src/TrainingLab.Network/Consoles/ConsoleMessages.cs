using System.Collections.Immutable;
using System.Text;

namespace TrainingLab.Network.Consoles;

/// <summary>An HTTP request as a console needs it.</summary>
/// <param name="Path">Absolute, percent-decoded, without query, for example <c>/api/ports/3</c>.</param>
/// <param name="Peer">Who asks; becomes the author of a change.</param>
/// <param name="AcceptLanguage">The header's value, or null.</param>
/// <param name="ContentType">The header's value, or null.</param>
public sealed record ConsoleRequest(
    string Method,
    string Path,
    ReadOnlyMemory<byte> Body = default,
    PlantPeer? Peer = null,
    string? Query = null,
    string? AcceptLanguage = null,
    string? ContentType = null);

/// <summary>The answer to a <see cref="ConsoleRequest"/>.</summary>
/// <param name="Location">Where a form sends the browser next (status 303); relative, so that it works below any prefix.</param>
public sealed record ConsoleResponse(int Status, string ContentType, ReadOnlyMemory<byte> Body, string? Location = null)
{
    /// <summary>Further headers, such as Allow.</summary>
    public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    public string Text => Encoding.UTF8.GetString(Body.Span);
}
