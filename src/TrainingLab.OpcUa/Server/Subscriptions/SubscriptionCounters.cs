namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>What happened to a subscription since it was created (OPC 10000-5, 12.15).</summary>
internal sealed class SubscriptionCounters
{
    public uint Modified { get; set; }

    public uint Enabled { get; set; }

    public uint Disabled { get; set; }

    public uint RepublishRequests { get; set; }

    public uint Republished { get; set; }

    public uint TransferRequests { get; set; }

    public uint TransferredToAltClient { get; set; }

    public uint TransferredToSameClient { get; set; }

    public uint PublishRequests { get; set; }

    public uint DataChanges { get; set; }

    public uint Events { get; set; }

    public uint LatePublishRequests { get; set; }

    public uint DiscardedMessages { get; set; }
}
