using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Web.Components.Workspace;

/// <summary>Where an element of the picture is drawn, in the drawing's own units (about CSS pixels).</summary>
public sealed record PlacedElement(PictureElement Element, int X, int Y, int Width, int Height);

/// <summary>A line between two elements.</summary>
public sealed record PlacedLink(int X1, int Y1, int X2, int Y2);

/// <summary>A drawing of the line. Elements stand in columns (or rows) by their distance from the start of the flow; parallel ones side by side.</summary>
public sealed record LineLayout(int Width, int Height, IReadOnlyList<PlacedElement> Elements, IReadOnlyList<PlacedLink> Links)
{
    private const int MachineWidth = 148;
    private const int BufferWidth = 96;
    private const int ElementHeight = 132;
    private const int Gap = 26;
    private const int NarrowWidth = 320;
    private const int NarrowMachineHeight = 84;
    private const int NarrowBufferHeight = 44;
    private const int NarrowGap = 20;

    /// <summary>Left to right.</summary>
    public static LineLayout Along(PlantPicture picture)
    {
        var ranks = Ranks(picture);
        var placed = new List<PlacedElement>();
        var x = 1;
        var height = ranks.Max(r => r.Count) * (ElementHeight + Gap) - Gap;
        foreach (var rank in ranks)
        {
            var width = rank.Max(WidthOf);
            var y = (height - (rank.Count * (ElementHeight + Gap) - Gap)) / 2;
            foreach (var element in rank)
            {
                placed.Add(new PlacedElement(element, x + (width - WidthOf(element)) / 2, y + 1, WidthOf(element), ElementHeight));
                y += ElementHeight + Gap;
            }

            x += width + Gap;
        }

        return new LineLayout(x - Gap + 1, height + 2, placed, Connect(picture, placed,
            (a, b) => new PlacedLink(a.X + a.Width, a.Y + a.Height / 2, b.X, b.Y + b.Height / 2)));
    }

    /// <summary>Top to bottom.</summary>
    public static LineLayout Down(PlantPicture picture)
    {
        var placed = new List<PlacedElement>();
        var y = 1;
        foreach (var rank in Ranks(picture))
        {
            var width = (NarrowWidth - (rank.Count - 1) * Gap) / rank.Count;
            var height = rank.Exists(e => e.Kind == PictureKind.Machine) ? NarrowMachineHeight : NarrowBufferHeight;
            var x = 1;
            foreach (var element in rank)
            {
                placed.Add(new PlacedElement(element, x, y, width, height));
                x += width + Gap;
            }

            y += height + NarrowGap;
        }

        return new LineLayout(NarrowWidth + 2, y - NarrowGap + 1, placed, Connect(picture, placed,
            (a, b) => new PlacedLink(a.X + a.Width / 2, a.Y + a.Height, b.X + b.Width / 2, b.Y)));
    }

    private static int WidthOf(PictureElement element) => element.Kind == PictureKind.Machine ? MachineWidth : BufferWidth;

    private static List<PlacedLink> Connect(PlantPicture picture, List<PlacedElement> placed, Func<PlacedElement, PlacedElement, PlacedLink> link) =>
        [.. from l in picture.Links
            let a = placed.Find(p => p.Element.Id == l.From)
            let b = placed.Find(p => p.Element.Id == l.To)
            where a is not null && b is not null
            select link(a, b)];

    // Longest way from a start; a link that would close a circle is ignored, because it is seen only after every element has a rank.
    private static List<List<PictureElement>> Ranks(PlantPicture picture)
    {
        var rank = picture.Elements.ToDictionary(e => e.Id, _ => 0, StringComparer.Ordinal);
        for (var round = 1; round < picture.Elements.Count; round++)
        {
            foreach (var link in picture.Links)
            {
                if (rank.TryGetValue(link.From, out var from) && rank.TryGetValue(link.To, out var to) && to <= from && from + 1 < picture.Elements.Count)
                    rank[link.To] = from + 1;
            }
        }

        return [.. picture.Elements.GroupBy(e => rank[e.Id]).OrderBy(g => g.Key).Select(g => g.ToList())];
    }
}
