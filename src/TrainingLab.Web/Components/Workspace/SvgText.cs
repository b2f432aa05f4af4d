using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace TrainingLab.Web.Components.Workspace;

/// <summary>The <c>text</c> element of SVG, which Razor's own <c>text</c> directive hides.</summary>
public sealed class SvgText : ComponentBase
{
    /// <summary>Anchor.</summary>
    [Parameter] public int X { get; set; }

    /// <summary>Base line.</summary>
    [Parameter] public int Y { get; set; }

    /// <summary>Style class.</summary>
    [Parameter] public string? Class { get; set; }

    /// <summary>Tag that keeps it live.</summary>
    [Parameter] public string? Tag { get; set; }

    /// <summary>Whether the tag is a machine's state.</summary>
    [Parameter] public bool IsState { get; set; }

    /// <summary>Written after a live number.</summary>
    [Parameter] public string? Unit { get; set; }

    /// <summary>What it says now.</summary>
    [Parameter] public string? Value { get; set; }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "x", X.ToString(CultureInfo.InvariantCulture));
        builder.AddAttribute(2, "y", Y.ToString(CultureInfo.InvariantCulture));
        builder.AddAttribute(3, "class", Class);
        builder.AddAttribute(4, IsState ? "data-state-text" : "data-tag", Tag);
        builder.AddAttribute(5, "data-unit", Unit);
        builder.AddContent(6, Value);
        builder.CloseElement();
    }
}
