using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Mqtt.Sparkplug.Validation;

/// <summary>Tells of a broken rule: its identifier, the metric, what it asks for, and what was there.</summary>
internal delegate void SparkplugReport(string rule, string? metric, string expected, string found);

/// <summary>The rules of values, properties, data sets and templates (§6.4.6 to §6.4.17), which one metric breaks by itself.</summary>
internal static class SparkplugStructureRules
{
    private static readonly ulong[] Qualities = [0, 192, 500];

    /// <summary>Checks a metric's properties and value.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="label">How violations name it.</param>
    /// <param name="type">Its data type, from itself or its birth; null where it is not known.</param>
    /// <param name="isBirth">Whether it is part of a birth.</param>
    /// <param name="report">Told of what is wrong.</param>
    public static void Check(SparkplugMetric metric, string label, SparkplugDataType? type, bool isBirth, SparkplugReport report)
    {
        if (metric.Properties is { } properties) Check(properties, label, isBirth, report);
        if (type is { } known) CheckFit(known, metric.Value, label, "", report);
        if (metric.Value.DataSet is { } table) Check(table, label, report);
        if (metric.Value.Template is { } template) Check(template, label, isBirth, report);
    }

    /// <summary>Whether a value is carried by its type's member and is one of that type.</summary>
    public static bool Fits(SparkplugDataType type, SparkplugValue value) => value.Kind == SparkplugTypes.KindOf(type) && value.TryGet(type, out _);

    /// <summary>Checks a value of a metric, property, cell or parameter against its type. True where it fits, also where there is none, or no type that values can have.</summary>
    private static bool CheckFit(SparkplugDataType type, SparkplugValue value, string label, string part, SparkplugReport report)
    {
        if (value.Kind == SparkplugValueKind.None || SparkplugTypes.KindOf(type) == SparkplugValueKind.None || Fits(type, value)) return true;
        report("section-6.4.17", label, $"{part}{type} in {SparkplugTypes.KindOf(type)}", value.Kind.ToString());
        return false;
    }

    private static void Check(SparkplugPropertySet properties, string label, bool isBirth, SparkplugReport report)
    {
        if (properties.Keys.Count != properties.Values.Count)
            report("tck-id-payloads-propertyset-keys-array-size", label, $"values={properties.Keys.Count}", $"values={properties.Values.Count}");
        for (var i = 0; i < properties.Values.Count; i++)
        {
            var value = properties.Values[i];
            var key = i < properties.Keys.Count ? properties.Keys[i] : "";
            if (value.DataType is null)
            {
                if (isBirth) report("tck-id-payloads-metric-propertyvalue-type-req", label, $"{key}: type", "-");
            }
            else if (!IsOfProperties((SparkplugDataType)value.DataType))
            {
                report("tck-id-payloads-metric-propertyvalue-type-value", label, $"{key}: type=1…14, 20, 21", $"type={value.DataType}");
            }
            else if (key != SparkplugPropertySet.Quality)
            {
                CheckFit((SparkplugDataType)value.DataType, value.Value, label, $"{key}: ", report);
            }
            if (key == SparkplugPropertySet.Quality) CheckQuality(value, label, report);
            if (value.Value.PropertySet is { } inner) Check(inner, label, isBirth, report);
            foreach (var each in value.Value.PropertySetList ?? []) Check(each, label, isBirth, report);
        }
    }

    private static void CheckQuality(SparkplugProperty quality, string label, SparkplugReport report)
    {
        if (quality.DataType is { } type and not (uint)SparkplugDataType.Int32) report("tck-id-payloads-propertyset-quality-value-type", label, "type=3", $"type={type}");
        if (quality.Value.Kind != SparkplugValueKind.Int || !Qualities.Contains(quality.Value.Integer))
            report("tck-id-payloads-propertyset-quality-value-value", label, "int_value 0, 192, 500", $"{quality.Value.Kind} {quality.Value.Integer}");
    }

    private static void Check(SparkplugDataSet table, string label, SparkplugReport report)
    {
        if (table.ColumnCount != (ulong)table.Columns.Count)
            report("tck-id-payloads-dataset-column-size", label, $"num_of_columns={table.Columns.Count}", $"num_of_columns={table.ColumnCount?.ToString() ?? "-"}");
        if (table.Columns.Count != table.Types.Count)
            report("tck-id-payloads-dataset-column-num-headers", label, $"types={table.Columns.Count}", $"types={table.Types.Count}");
        foreach (var type in table.Types.Where(t => !SparkplugTypes.IsBasic((SparkplugDataType)t)).Take(1))
            report("tck-id-payloads-dataset-types-value", label, "type=1…14", $"type={type}");
        foreach (var row in table.Rows.Where(r => r.Count != table.Columns.Count).Take(1))
            report("section-6.4.12", label, $"elements={table.Columns.Count}", $"elements={row.Count}");
        CheckCells(table, label, report);
    }

    /// <summary>Names the first cell whose value does not fit its column, where that has a type that columns may have; a table may have a hundred thousand.</summary>
    private static void CheckCells(SparkplugDataSet table, string label, SparkplugReport report)
    {
        foreach (var row in table.Rows)
        {
            for (var i = 0; i < Math.Min(row.Count, Math.Min(table.Types.Count, table.Columns.Count)); i++)
                if (SparkplugTypes.IsBasic((SparkplugDataType)table.Types[i]) && !CheckFit((SparkplugDataType)table.Types[i], row[i], label, $"{table.Columns[i]}: ", report)) return;
        }
    }

    private static void Check(SparkplugTemplate template, string label, bool isBirth, SparkplugReport report)
    {
        switch (template.IsDefinition)
        {
            case null:
                report("tck-id-payloads-template-is-definition", label, "is_definition", "-");
                break;
            case true when template.TemplateRef is not null:
                report("tck-id-payloads-template-definition-ref", label, "-", $"template_ref={template.TemplateRef}");
                break;
            case false when string.IsNullOrEmpty(template.TemplateRef):
                report("tck-id-payloads-template-instance-ref", label, "template_ref", "-");
                break;
            default:
                break;
        }
        foreach (var parameter in template.Parameters)
        {
            if (string.IsNullOrEmpty(parameter.Name)) report("tck-id-payloads-template-parameter-name-required", label, "name", "-");
            if (parameter.DataType is { } type && !SparkplugTypes.IsBasic((SparkplugDataType)type))
                report("tck-id-payloads-template-parameter-type-value", label, $"{parameter.Name}: type=1…14", $"type={type}");
            else if (parameter.DataType is { } basic)
                CheckFit((SparkplugDataType)basic, parameter.Value, label, $"{parameter.Name}: ", report);
        }
        foreach (var member in template.Metrics) Check(member, $"{label}/{member.Name}", member.DataType is null ? null : member.Type, isBirth, report);
    }

    private static bool IsOfProperties(SparkplugDataType type) =>
        SparkplugTypes.IsBasic(type) || type is SparkplugDataType.PropertySet or SparkplugDataType.PropertySetList;
}
