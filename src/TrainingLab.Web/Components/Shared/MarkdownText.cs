using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace TrainingLab.Web.Components.Shared;

/// <summary>Renders guides. No raw HTML, no scripts, nothing that the content security policy would block.</summary>
public static partial class MarkdownText
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml().UsePipeTables().UseAutoLinks().UseEmphasisExtras().UseDefinitionLists().Build();

    /// <summary>HTML; headings start at level 2, and a title at the very top is left out, because the page has one.</summary>
    public static string ToHtml(string markdown)
    {
        var document = Markdig.Markdown.Parse(markdown, Pipeline);
        if (document is [HeadingBlock { Level: 1 }, _, ..])
            document.RemoveAt(0);
        foreach (var node in document.Descendants())
        {
            switch (node)
            {
                case HeadingBlock heading:
                    heading.Level = Math.Min(heading.Level + 1, 6);
                    break;
                case Table table:
                    // Alignment would be written as style attributes.
                    table.ColumnDefinitions.ForEach(column => column.Alignment = null);
                    table.GetAttributes().AddClass("table");
                    break;
                case LinkInline link when !IsSafe(link.Url, link.IsImage):
                    link.Url = "";
                    break;
                case AutolinkInline autolink when !autolink.IsEmail && !IsSafe(autolink.Url, image: false):
                    autolink.Url = "";
                    break;
            }
        }

        return document.ToHtml(Pipeline);
    }

    /// <summary>
    /// A text whose values are not drawn yet, as an unstarted lab has it: <c>${officeVlan}</c> becomes <c>‹officeVlan›</c>.
    /// </summary>
    public static string WithoutValues(string markdown) => ValuePattern().Replace(markdown, "‹${name}›");

    [GeneratedRegex("\\$\\{\\s*(?<name>[^{}]+?)\\s*\\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ValuePattern();

    // Images come from this server only; links lead to it or to the web.
    private static bool IsSafe(string? url, bool image) =>
        url is not null && (Uri.TryCreate(url, UriKind.Absolute, out var absolute) && !url.StartsWith('/')
            ? !image && absolute.Scheme is ("http" or "https" or "mailto")
            : !url.StartsWith("//", StringComparison.Ordinal) && !url.Contains(':', StringComparison.Ordinal));
}
