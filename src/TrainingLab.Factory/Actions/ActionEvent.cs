using System.Text.Json.Nodes;
using TrainingLab.Network;

namespace TrainingLab.Factory.Actions;

/// <summary>Something that somebody from outside did in a factory, as the emulator saw it at protocol level.</summary>
/// <param name="Peer">Who, and from where; the account is the student's.</param>
/// <param name="Protocol">opcua, mqtt, http, historian, identifiers, network, switch …</param>
/// <param name="Operation">The protocol's own word: Write, PUBLISH, CreateMonitoredItems.</param>
/// <param name="Target">Node of the plant that it was done to, and what there: <c>filler-1</c>.</param>
/// <param name="Outcome">The protocol's own status: Good, BadUserAccessDenied, 204, applied.</param>
/// <param name="Arguments">Arguments and values, as the checks of a lab address them.</param>
public sealed record ActionEvent(PlantPeer Peer, string Protocol, string Operation, string Target, string Outcome, JsonObject Arguments);

/// <summary>A change from outside that is applied again when a factory is resumed from a snapshot.</summary>
/// <param name="Component">What it changed: <c>device/filler-1</c>, <c>broker/broker</c>, <c>network</c>.</param>
/// <param name="Payload">What the component needs to do it again.</param>
public sealed record FactoryInput(string Component, JsonObject Payload);

/// <summary>Told what happens in a factory, on its serial context.</summary>
public interface IFactoryObserver
{
    /// <summary>Something that changes the factory was done; the answer to whoever did it waits until this returns.</summary>
    /// <param name="action">What was done.</param>
    /// <param name="input">How to do it again on resume; null where it leaves no state behind.</param>
    ValueTask ChangedAsync(ActionEvent action, FactoryInput? input);

    /// <summary>Something was read or sent without a promise; cheap, not awaited.</summary>
    /// <param name="action">What was done.</param>
    /// <param name="input">How to do it again on resume, where it leaves state behind all the same: a retained message.</param>
    void Observed(ActionEvent action, FactoryInput? input);

    /// <summary>An exception that no component caught: a defect of the program.</summary>
    void Failed(Exception exception);
}
