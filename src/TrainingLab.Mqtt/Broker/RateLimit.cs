namespace TrainingLab.Mqtt.Broker;

/// <summary>A bucket of as many tokens as may be used in a second, filled as time goes on.</summary>
internal struct RateLimit
{
    private double tokens;
    private long filled;

    /// <summary>Takes one token. False when there is none; always true without a limit.</summary>
    public bool Take(int perSecond, TimeProvider time)
    {
        if (perSecond == 0) return true;
        var now = time.GetTimestamp();
        tokens = filled == 0 ? perSecond : Math.Min(perSecond, tokens + (time.GetElapsedTime(filled, now).TotalSeconds * perSecond));
        filled = now;
        if (tokens < 1) return false;
        tokens--;
        return true;
    }
}
