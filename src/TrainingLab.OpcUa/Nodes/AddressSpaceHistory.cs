namespace TrainingLab.OpcUa.Nodes;

/// <content>Variables whose past can be read.</content>
public sealed partial class AddressSpace
{
    private static readonly NodeId HistoricalDataConfigurationType = new(0, 2318);

    private readonly Dictionary<bool, ObjectNode> _historicalConfigurations = [];

    /// <summary>
    /// Lets the history of a variable be read, and describes it by a historical data configuration (OPC 10000-11, 5.2.3): one for all variables of numbers with a point, which are
    /// interpolated, and one for all others, which go in steps. The server needs a history source that keeps the variable.
    /// </summary>
    public void AddHistory(VariableNode variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        variable.AccessLevel |= AccessLevels.HistoryRead;
        variable.Historizing = true;
        var isStepped = !variable.DataType.IsStandard((uint)BuiltInType.Double) && !variable.DataType.IsStandard((uint)BuiltInType.Float);
        if (_historicalConfigurations.TryGetValue(isStepped, out var shared))
        {
            AddReference(variable.Id, ReferenceTypeIds.HasHistoricalConfiguration, shared.Id);
            return;
        }

        var id = new NodeId(variable.Id.NamespaceIndex, $"{variable.Id.Text}.HA Configuration");
        var configuration = AddInstance(variable.Id, ReferenceTypeIds.HasHistoricalConfiguration, id, new QualifiedName(0, "HA Configuration"), HistoricalDataConfigurationType);
        var values = VariablesOf(configuration);
        values["Stepped"].SetValue(isStepped);
        values["AggregateConfiguration/TreatUncertainAsBad"].SetValue(true);
        values["AggregateConfiguration/PercentDataBad"].SetValue(new Variant((byte)100));
        values["AggregateConfiguration/PercentDataGood"].SetValue(new Variant((byte)100));
        values["AggregateConfiguration/UseSlopedExtrapolation"].SetValue(false);
        _historicalConfigurations.Add(isStepped, configuration);
    }
}
