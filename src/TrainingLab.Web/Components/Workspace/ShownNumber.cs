using System.Globalization;

namespace TrainingLab.Web.Components.Workspace;

/// <summary>Numbers as the workspace shows them; <c>js/numbers.js</c> does the same for live ones.</summary>
public static class ShownNumber
{
    /// <summary>Four significant digits where there is a fraction, whole numbers in full.</summary>
    public static string Of(double value)
    {
        if (!double.IsFinite(value))
            return "–";
        var size = Math.Abs(value);
        return value.ToString(value == Math.Round(value) || size >= 1000 ? "0" : size >= 100 ? "0.0" : size >= 10 ? "0.00" : "0.000", CultureInfo.InvariantCulture);
    }
}
