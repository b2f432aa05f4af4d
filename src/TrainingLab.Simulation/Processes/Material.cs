namespace TrainingLab.Simulation.Processes;

/// <summary>A store of like units between machines, such as bottles on a conveyor.</summary>
public interface IMaterialBuffer : IProcess
{
    /// <summary>Units that it can hold.</summary>
    long Capacity { get; }

    /// <summary>Units in it.</summary>
    long Held { get; }

    /// <summary>Units that a machine downstream could take now.</summary>
    long Available { get; }

    /// <summary>Units that a machine upstream could put in now.</summary>
    long Space { get; }

    /// <summary>Units that left the plant here, when nothing takes them.</summary>
    long Delivered { get; }

    /// <summary>Whether a machine takes from it; if none does, its end is where units leave the plant.</summary>
    bool HasConsumer { get; set; }

    /// <summary>Takes units out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than are available.</exception>
    void Take(long count);

    /// <summary>Puts units in.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than there is space for.</exception>
    void Put(long count);
}

/// <summary>A machine that takes units from one buffer and puts them into the next.</summary>
public interface IMaterialMachine : IProcess
{
    /// <summary>Where units come from; null: an endless supply enters the plant here.</summary>
    IMaterialBuffer? Infeed { get; set; }

    /// <summary>Where good units go; null: they leave the plant here.</summary>
    IMaterialBuffer? Outfeed { get; set; }

    /// <summary>Units taken since the beginning.</summary>
    long Taken { get; }

    /// <summary>Units thrown out since the beginning.</summary>
    long Rejected { get; }
}

/// <summary>Where the units of a plant are. Entered always equals inside plus rejected plus delivered.</summary>
/// <param name="Entered">Units that machines without infeed took from outside.</param>
/// <param name="Inside">Units in buffers.</param>
/// <param name="Rejected">Units thrown out by machines.</param>
/// <param name="Delivered">Units that left at the end.</param>
public sealed record MaterialBalance(long Entered, long Inside, long Rejected, long Delivered)
{
    /// <summary>True when nothing was created and nothing was lost.</summary>
    public bool Holds => Entered == Inside + Rejected + Delivered;
}
