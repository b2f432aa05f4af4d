using TrainingLab.OpcUa.Messages;

namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>Whether a value has changed as a filter understands it (OPC 10000-4, 7.22.2).</summary>
internal static class DataChange
{
    // Info type DataValue with the overflow bit (OPC 10000-4, 7.39.1).
    private const uint Overflow = 0x0480;

    public static bool Passes(in DataValue before, in DataValue after, DataChangeTrigger trigger, DeadbandKind deadband, double limit)
    {
        if (before.Status != after.Status)
        {
            return true;
        }

        if (trigger == DataChangeTrigger.Status)
        {
            return false;
        }

        if (trigger == DataChangeTrigger.StatusValueTimestamp && before.SourceTimestamp != after.SourceTimestamp)
        {
            return true;
        }

        return deadband == DeadbandKind.None ? before.Value != after.Value : IsBeyond(before.Value, after.Value, limit);
    }

    public static StatusCode WithOverflow(StatusCode status) => status.Code | Overflow;

    /// <summary>Whether any number differs by more than the limit; what is no number, or has another length, by any difference.</summary>
    private static bool IsBeyond(in Variant before, in Variant after, double limit)
    {
        if (before.TryGetDouble(out var x) && after.TryGetDouble(out var y))
        {
            return IsBeyond(x, y, limit);
        }

        if (before.Elements is not { } left || after.Elements is not { } right || left.Length != right.Length || left.GetType() != right.GetType())
        {
            return before != after;
        }

        for (var i = 0; i < left.Length; i++)
        {
            var l = Variant.From(left.GetValue(i));
            var r = Variant.From(right.GetValue(i));
            if (l.TryGetDouble(out x) && r.TryGetDouble(out y) ? IsBeyond(x, y, limit) : l != r)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsBeyond(double before, double after, double limit) =>
        double.IsNaN(before) || double.IsNaN(after) ? double.IsNaN(before) != double.IsNaN(after) : Math.Abs(after - before) > limit;
}
