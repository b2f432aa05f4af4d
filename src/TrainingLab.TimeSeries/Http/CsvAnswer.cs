using System.Globalization;
using System.Text;
using TrainingLab.TimeSeries.InfluxQl;
using TrainingLab.TimeSeries.LineProtocol;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.Http;

/// <summary>Writes answers as InfluxDB's CSV: per statement a header <c>name,tags,…</c> and its rows, a blank line between; times as numbers.</summary>
internal static class CsvAnswer
{
    /// <summary>An error as the whole answer.</summary>
    public static byte[] Error(string error) => Encoding.UTF8.GetBytes("error\n" + Cell(error) + "\n");

    /// <summary>All results.</summary>
    public static byte[] Whole(QueryResult result, Precision? epoch)
    {
        StringBuilder csv = new();
        foreach (StatementResult statement in result.Statements)
        {
            if (statement.Error is not null)
                csv.Append(csv.Length > 0 ? "\n" : "").Append("error\n").Append(Cell(statement.Error)).Append('\n');
            IReadOnlyList<string>? header = null;
            foreach (ResultSeries series in statement.Series)
            {
                if (header is null || !header.SequenceEqual(series.Columns, StringComparer.Ordinal))
                {
                    header = series.Columns;
                    csv.Append(csv.Length > 0 ? "\n" : "").Append("name,tags,").AppendJoin(',', header.Select(Cell)).Append('\n');
                }

                string start = Cell(series.Name) + "," + Cell(string.Join(',', (series.Tags ?? []).Where(tag => tag.Value.Length > 0).Select(tag => tag.Key + "=" + tag.Value)));
                foreach (FieldValue[] row in series.Rows)
                {
                    csv.Append(start);
                    for (int i = 0; i < row.Length; i++)
                        csv.Append(',').Append(i == 0 && series.TimeColumn ? Time(row[i], epoch) : Value(row[i]));
                    csv.Append('\n');
                }
            }
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    private static string Time(FieldValue value, Precision? epoch) => (value.AsLong / (epoch ?? Precision.Nanoseconds).ToNanoseconds()).ToString(CultureInfo.InvariantCulture);

    private static string Value(FieldValue value) => value.IsFloat ? NumberText.Write(value.AsDouble) : Cell(value.ToString());

    private static string Cell(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") >= 0 || text.StartsWith(' ') ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text;
}
