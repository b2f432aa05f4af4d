using TrainingLab.Network.Topology;

namespace TrainingLab.Network;

/// <summary>Who is at the other end of a connection.</summary>
/// <param name="Host">The node's id.</param>
/// <param name="Account">Whom the owner made responsible for the connection, such as a student of a group; null for a machine.</param>
public sealed record PlantPeer(string Host, Ipv4Address Address, int Port, string? Account = null);
