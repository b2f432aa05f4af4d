namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>
/// How much memory a server's notifications take: what is queued in its monitored items and what is kept for Republish, in bytes by estimate. Half of what there is belongs to the
/// subscriptions in equal shares, the other half to whoever comes first.
/// </summary>
/// <param name="max">Most bytes.</param>
/// <param name="shares">Most subscriptions.</param>
internal sealed class NotificationBudget(long max, int shares) : FairStock(max - (max / 2), max / 2 / Math.Max(1, shares))
{
    // A data value with its place in a queue; a notification around it.
    private const int PlainValue = 56;

    public static int SizeOf(in DataValue value) => PlainValue + ContentOf(value.Value);

    public static int SizeOf(Variant[] fields)
    {
        var bytes = PlainValue;
        foreach (ref readonly var field in fields.AsSpan())
        {
            bytes = Sum(bytes, 24 + ContentOf(field));
        }

        return bytes;
    }

    /// <summary>What a value holds beside itself.</summary>
    public static int ContentOf(in Variant value) => value.Object switch
    {
        null => 0,
        string text => 24 + (2 * text.Length),
        byte[] bytes when !value.IsArray => 24 + bytes.Length,
        LocalizedText text => 40 + (2 * ((text.Text?.Length ?? 0) + (text.Locale?.Length ?? 0))),
        _ when value.IsArray => ContentOf(value.Elements),
        ExtensionObject { Body: { } body } => 64 + body.Length,
        _ => 64,
    };

    private static int ContentOf(Array? elements)
    {
        switch (elements)
        {
            case null:
                return 24;
            case string?[] texts:
                var bytes = 24;
                foreach (var text in texts)
                {
                    bytes = Sum(bytes, 32 + (2 * (text?.Length ?? 0)));
                }

                return bytes;
            case byte[]?[] strings:
                bytes = 24;
                foreach (var text in strings)
                {
                    bytes = Sum(bytes, 32 + (text?.Length ?? 0));
                }

                return bytes;
            case Variant[] variants:
                return SizeOf(variants);
            default:
                var element = elements.GetType().GetElementType()!;
                return (int)Math.Min(24 + ((long)elements.Length * (element.IsPrimitive ? sizeof(long) : 64)), int.MaxValue / 2);
        }
    }

    private static int Sum(int a, int b) => (int)Math.Min((long)a + b, int.MaxValue / 2);
}
