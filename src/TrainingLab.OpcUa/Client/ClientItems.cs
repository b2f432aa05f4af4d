using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Client;

/// <summary>What to read: an attribute of a node, or a part of an array.</summary>
/// <param name="Node">The node.</param>
/// <param name="Attribute">The attribute; its value by default.</param>
/// <param name="IndexRange">Which elements, for example <c>1:3</c>; null for all.</param>
public readonly record struct ReadItem(NodeId Node, AttributeId Attribute = AttributeId.Value, string? IndexRange = null);

/// <summary>What to write.</summary>
public readonly record struct WriteItem(NodeId Node, DataValue Value, AttributeId Attribute = AttributeId.Value, string? IndexRange = null);

/// <summary>A reference that Browse found.</summary>
public sealed record BrowsedReference(
    NodeId ReferenceType, bool IsForward, ExpandedNodeId Node, QualifiedName BrowseName, LocalizedText DisplayName, NodeClass Class, ExpandedNodeId TypeDefinition);

/// <summary>How to watch a node.</summary>
/// <param name="Node">The node.</param>
/// <param name="SamplingInterval">Milliseconds; -1 the publishing interval, 0 every change.</param>
/// <param name="QueueSize">How many values are kept between two publishes.</param>
/// <param name="Deadband">Changes within it are not reported.</param>
/// <param name="DeadbandValue">Its size: absolute, or percent of the EURange.</param>
public sealed record WatchItem(NodeId Node, double SamplingInterval = -1, uint QueueSize = 1, Server.DeadbandKind Deadband = Server.DeadbandKind.None, double DeadbandValue = 0);

/// <summary>A value that a subscription brought.</summary>
public readonly record struct DataChange(NodeId Node, DataValue Value);
