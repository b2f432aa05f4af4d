using System.Globalization;

namespace TrainingLab.TimeSeries.Http;

/// <summary>Floats as InfluxDB writes them: the shortest digits that read back, without an exponent from 1e-6 to below 1e21.</summary>
internal static class NumberText
{
    public static string Write(double value)
    {
        double size = Math.Abs(value);
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        if (size != 0 && (size < 1e-6 || size >= 1e21))
        {
            if (e < 0)
                return text;
            int exponent = int.Parse(text.AsSpan(e + 1), CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"{text[..e]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}").Replace("e-0", "e-", StringComparison.Ordinal);
        }

        return e < 0 ? text : Plain(text, e);
    }

    private static string Plain(string text, int e)
    {
        int exponent = int.Parse(text.AsSpan(e + 1), CultureInfo.InvariantCulture);
        string sign = text[0] == '-' ? "-" : "";
        string digits = text[sign.Length..e].Replace(".", "", StringComparison.Ordinal);
        return exponent >= 0
            ? sign + digits.PadRight(exponent + 1, '0')
            : sign + "0." + new string('0', -exponent - 1) + digits;
    }
}
