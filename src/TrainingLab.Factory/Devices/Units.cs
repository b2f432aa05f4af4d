using TrainingLab.OpcUa;

namespace TrainingLab.Factory.Devices;

/// <summary>Symbols of the engineering units that profiles use, by their UNECE Recommendation 20 code.</summary>
public static class Units
{
    private static readonly Dictionary<string, (string Symbol, string Name)> Known = new(StringComparer.Ordinal)
    {
        ["BAR"] = ("bar", "bar"),
        ["C94"] = ("1/min", "reciprocal minute"),
        ["C16"] = ("mm/s", "millimetre per second"),
        ["C62"] = ("1", "one"),
        ["C94"] = ("1/min", "reciprocal minute"),
        ["CEL"] = ("°C", "degree Celsius"),
        ["CMT"] = ("cm", "centimetre"),
        ["KWH"] = ("kW·h", "kilowatt hour"),
        ["KWT"] = ("kW", "kilowatt"),
        ["L2"] = ("l/min", "litre per minute"),
        ["MMT"] = ("mm", "millimetre"),
        ["MLT"] = ("ml", "millilitre"),
        ["NU"] = ("N·m", "newton metre"),
        ["P1"] = ("%", "percent"),
        ["RPM"] = ("r/min", "revolutions per minute"),
        ["SEC"] = ("s", "second"),
        ["MIN"] = ("min", "minute"),
        ["HUR"] = ("h", "hour"),
        ["H87"] = ("pcs", "piece"),
        ["2M"] = ("cm/s", "centimetre per second"),
        ["MTS"] = ("m/s", "metre per second"),
        ["VLT"] = ("V", "volt"),
        ["AMP"] = ("A", "ampere"),
    };

    /// <summary>The symbol of a unit; the code itself where it is not known.</summary>
    public static string Symbol(string code) => Known.TryGetValue(code, out var unit) ? unit.Symbol : code;

    /// <summary>The unit as OPC UA describes it.</summary>
    public static EUInformation OpcUa(string code)
    {
        var (symbol, name) = Known.TryGetValue(code, out var unit) ? unit : (code, code);
        return EUInformation.FromUneceCode(code, new LocalizedText(symbol, "en"), new LocalizedText(name, "en"));
    }
}
