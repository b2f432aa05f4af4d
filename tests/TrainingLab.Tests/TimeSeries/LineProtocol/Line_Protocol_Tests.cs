using System.Text;
using TrainingLab.TimeSeries.InfluxQl;
using TrainingLab.TimeSeries.LineProtocol;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.Tests.TimeSeries.LineProtocol;

/// <summary>Line protocol in and out; what InfluxDB says of bad lines is compared with InfluxDB itself in the interop tests.</summary>
public sealed class Line_Protocol_Tests
{
    [Fact]
    public void Good_lines_are_kept_and_every_bad_one_is_named()
    {
        using TimeSeriesStore store = Store();
        WriteResult result = Write(store, "m v=1 1\nbad\n# note\n\nm v=2 2\nm v=x 3\nm s=\"two\nlines\" 4\nm v= 5\nm v=3 6");
        Assert.Equal(4, result.Accepted);
        Assert.Equal(3, result.Rejected);
        Assert.Equal(
            [
                new LineError(2, "unable to parse 'bad': missing fields"),
                new LineError(6, "unable to parse 'm v=x 3': invalid boolean"),
                new LineError(9, "unable to parse 'm v= 5': missing field value"),
            ],
            result.Errors);
        Assert.Equal("1 2 6", string.Join(' ', Rows(store, "SELECT v FROM m").Select(row => row[0])));
    }

    [Fact]
    public void A_quotation_mark_that_does_not_close_costs_one_line()
    {
        using TimeSeriesStore store = Store();
        WriteResult result = Write(store, "m s=\"open 1\nm v=2 2\nm v=3 3");
        Assert.Equal(2, result.Accepted);
        Assert.Equal("unable to parse 'm s=\"open 1': unbalanced quotes", Assert.Single(result.Errors).Reason);
    }

    [Fact]
    public void A_field_of_another_type_drops_the_whole_point_and_no_other()
    {
        using TimeSeriesStore store = Store();
        WriteResult result = Write(store, "m a=1,b=1i 1\nm a=2,b=true 2\nm a=3,b=3i 3");
        Assert.Equal(new LineError(2, "field type conflict: input field \"b\" on measurement \"m\" is type boolean, already exists as type integer", Conflict: true), Assert.Single(result.Errors));
        Assert.Equal(["1,1,1", "3,3,3"], Rows(store, "SELECT a, b FROM m").Select(row => string.Join(',', row)));
    }

    [Theory]
    [InlineData("n", 1)]
    [InlineData("ns", 1)]
    [InlineData("u", 1_000)]
    [InlineData("ms", 1_000_000)]
    [InlineData("s", 1_000_000_000)]
    [InlineData("m", 60_000_000_000)]
    [InlineData("h", 3_600_000_000_000)]
    public void A_precision_is_the_unit_of_timestamps_and_cuts_the_servers_own(string name, long unit)
    {
        using TimeSeriesStore store = Store();
        Assert.True(PrecisionNames.TryParse(name, out Precision precision));
        store.Write("lab", "m v=1 7\nm v=2"u8, precision);
        const long Now = 1_700_000_100_000_000_000;
        Assert.Equal([(7 * unit).ToString(), (Now - (Now % unit)).ToString()], Rows(store, "SELECT v FROM m").Select(row => row[0].ToString()));
    }

    [Fact]
    public void A_body_cut_at_any_byte_keeps_the_whole_lines_before_the_cut()
    {
        byte[] body = Encoding.UTF8.GetBytes("me\\ a,t\\,1=x\\ y,é=ü f=1.5,g=2i,h=t,s=\"q\\\"uo, te\n\" 17\nm,a=b v=-1.25e3 18\nm,a=b v=\"x\" 19\n# end\nlast v=1 20");
        using TimeSeriesStore whole = Store();
        Assert.Equal((3, 1), (whole.Write("lab", body).Accepted, 1));
        for (int length = 0; length < body.Length; length++)
        {
            using TimeSeriesStore store = Store();
            WriteResult result = store.Write("lab", body.AsSpan(0, length));
            int lines = body.AsSpan(0, length).Count((byte)'\n');
            Assert.InRange(result.Accepted + result.Rejected, Math.Max(0, lines - 3), lines + 1);
            Assert.InRange(result.Errors.Count, 0, 3);
        }
    }

    [Fact]
    public void Arbitrary_bytes_never_throw()
    {
        Random random = new(20261122);
        byte[] alphabet = [.. "m,=\\ \"\n#019.eEi-tfrue\t\r\0"u8, 0xC3, 0xBC, 0xFF];
        using TimeSeriesStore store = Store();
        for (int round = 0; round < 5_000; round++)
        {
            byte[] body = new byte[random.Next(60)];
            for (int i = 0; i < body.Length; i++)
                body[i] = alphabet[random.Next(alphabet.Length)];
            store.Write("lab", body);
        }

        using TimeSeriesStore copy = Store();
        copy.Restore(store.Snapshot());
        Assert.Equal(store.Snapshot(), copy.Snapshot());
    }

    [Fact]
    public void What_the_writer_writes_is_read_as_it_was()
    {
        LineWriter writer = new();
        writer.Add(
            "odd, measurement",
            [KeyValuePair.Create("tag, =1", "va lue"), KeyValuePair.Create("empty", "")],
            [
                KeyValuePair.Create("f 1", FieldValue.Float(0.1)),
                KeyValuePair.Create("i", FieldValue.Integer(long.MinValue)),
                KeyValuePair.Create("b", FieldValue.Boolean(true)),
                KeyValuePair.Create("s", FieldValue.String("say \"hi\"\\, 你好\nnext")),
                KeyValuePair.Create("none", FieldValue.Null),
            ],
            5);
        Assert.Equal(1, writer.Points);
        using TimeSeriesStore store = Store();
        Assert.Equal(0, store.Write("lab", writer.Written.Span).Rejected);
        FieldValue[] row = Assert.Single(Rows(store, "SELECT \"f 1\", i, b, s, \"tag, =1\" FROM \"odd, measurement\""));
        Assert.Equal(
            [FieldValue.Integer(5), FieldValue.Float(0.1), FieldValue.Integer(long.MinValue), FieldValue.Boolean(true), FieldValue.String("say \"hi\"\\, 你好\nnext"), FieldValue.String("va lue")],
            row);
    }

    [Fact]
    public void The_writer_refuses_what_line_protocol_cannot_say()
    {
        LineWriter writer = new();
        Assert.Throws<ArgumentException>(() => writer.Add("m", [], [KeyValuePair.Create("v", FieldValue.Float(double.NaN))], 1));
        Assert.Throws<ArgumentException>(() => writer.Add("m", [], [KeyValuePair.Create("v", FieldValue.Null)], 1));
        Assert.Throws<ArgumentException>(() => writer.Add("m\nn", [], [KeyValuePair.Create("v", FieldValue.Integer(1))], 1));
        Assert.Equal(0, writer.Written.Length);
    }

    private static TimeSeriesStore Store()
    {
        TimeSeriesStore store = new(FixedTime.AfterData);
        store.CreateDatabase("lab");
        return store;
    }

    private static WriteResult Write(TimeSeriesStore store, string lines) => store.Write("lab", Encoding.UTF8.GetBytes(lines));

    private static IReadOnlyList<FieldValue[]> Rows(TimeSeriesStore store, string query) =>
        new InfluxQlEngine(store, FixedTime.AfterData).Execute(query, "lab").Statements[0].Series[0].Rows;
}
