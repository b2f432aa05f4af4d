using TrainingLab.TimeSeries.Store;
using TrainingLab.Tests.TimeSeries.Store;

namespace TrainingLab.Tests.TimeSeries.InfluxQl;

/// <summary>SHOW, CREATE, DROP and DELETE.</summary>
public sealed class Schema_Tests
{
    private const string Data = "cpu,host=a,region=eu usage=1,state=\"on\" 1\ncpu,host=b usage=2 2\nmem,host=a free=3i 3\nodd\\ one,k=v f=t 4";

    [Theory]
    [InlineData("SHOW DATABASES", "lab")]
    [InlineData("SHOW MEASUREMENTS", "cpu\nmem\nodd one")]
    [InlineData("SHOW MEASUREMENTS WITH MEASUREMENT =~ /m$/", "mem")]
    [InlineData("SHOW MEASUREMENTS WHERE host = 'b'", "cpu")]
    [InlineData("SHOW MEASUREMENTS LIMIT 1 OFFSET 1", "mem")]
    [InlineData("SHOW TAG KEYS", "host\nregion\nhost\nk")]
    [InlineData("SHOW TAG KEYS ON lab FROM cpu WHERE host = 'b'", "host")]
    [InlineData("SHOW TAG VALUES WITH KEY = host", "host a\nhost b\nhost a")]
    [InlineData("SHOW TAG VALUES FROM cpu WITH KEY IN (host, region)", "host a\nhost b\nregion eu")]
    [InlineData("SHOW TAG VALUES WITH KEY !~ /o/", "k v")]
    [InlineData("SHOW FIELD KEYS", "state string\nusage float\nfree integer\nf boolean")]
    [InlineData("SHOW FIELD KEYS FROM mem", "free integer")]
    [InlineData("SHOW SERIES", "cpu,host=a,region=eu\ncpu,host=b\nmem,host=a\nodd\\ one,k=v")]
    [InlineData("SHOW SERIES FROM cpu WHERE region = 'eu'", "cpu,host=a,region=eu")]
    [InlineData("SHOW SERIES CARDINALITY", "4")]
    [InlineData("SHOW SERIES EXACT CARDINALITY", "2\n1\n1")]
    [InlineData("SHOW MEASUREMENT EXACT CARDINALITY", "3")]
    [InlineData("SHOW TAG KEY CARDINALITY FROM cpu", "2")]
    [InlineData("SHOW TAG VALUES EXACT CARDINALITY WITH KEY = host", "2\n1")]
    [InlineData("SHOW FIELD KEY CARDINALITY", "2\n1\n1")]
    [InlineData("SHOW RETENTION POLICIES", "autogen 0s 168h0m0s 1 true")]
    [InlineData("SHOW RETENTION POLICIES ON nowhere", "database not found: nowhere")]
    public void A_show_lists(string query, string expected)
    {
        using TimeSeriesStore store = Filled();
        Assert.Equal(expected, Store_Tests.Values(store, query));
    }

    [Theory]
    [InlineData("DELETE FROM cpu", "mem,host=a\nodd\\ one,k=v")]
    [InlineData("DELETE FROM cpu WHERE host = 'a'", "cpu,host=b\nmem,host=a\nodd\\ one,k=v")]
    [InlineData("DELETE WHERE host = 'a' AND time < 3", "cpu,host=b\nmem,host=a\nodd\\ one,k=v")]
    [InlineData("DELETE FROM cpu WHERE time > 5", "cpu,host=a,region=eu\ncpu,host=b\nmem,host=a\nodd\\ one,k=v")]
    [InlineData("DROP SERIES FROM /.*/ WHERE host =~ /a|b/", "odd\\ one,k=v")]
    [InlineData("DROP MEASUREMENT \"odd one\"", "cpu,host=a,region=eu\ncpu,host=b\nmem,host=a")]
    [InlineData("DROP MEASUREMENT nothing", "cpu,host=a,region=eu\ncpu,host=b\nmem,host=a\nodd\\ one,k=v")]
    public void A_deletion_leaves_these_series(string query, string expected)
    {
        using TimeSeriesStore store = Filled();
        Assert.Equal("", Store_Tests.Values(store, query));
        Assert.Equal(expected, Store_Tests.Values(store, "SHOW SERIES"));
    }

    [Fact]
    public void A_condition_on_fields_deletes_nothing()
    {
        using TimeSeriesStore store = Filled();
        byte[] before = store.Snapshot();
        Assert.Equal("fields not supported in WHERE clause during deletion", Store_Tests.Values(store, "DELETE FROM cpu WHERE usage > 1"));
        Assert.Equal("DROP SERIES doesn't support time in WHERE clause", Store_Tests.Values(store, "DROP SERIES FROM cpu WHERE time > 1"));
        Assert.Equal(before, store.Snapshot());
    }

    [Fact]
    public void A_dropped_field_may_come_back_with_another_type()
    {
        using TimeSeriesStore store = Filled();
        Store_Tests.Run(store, "DROP MEASUREMENT mem");
        Store_Tests.Write(store, "mem,host=a free=\"text\" 3");
        Assert.Equal("3 text", Store_Tests.Values(store, "SELECT free FROM mem"));
    }

    [Fact]
    public void Databases_come_and_go()
    {
        using TimeSeriesStore store = Filled();
        Assert.Equal("", Store_Tests.Values(store, "CREATE DATABASE \"my db\" WITH DURATION 1h REPLICATION 1"));
        Assert.Equal("lab\nmy db", Store_Tests.Values(store, "SHOW DATABASES"));
        Store_Tests.Run(store, "DROP DATABASE lab; DROP DATABASE nothing");
        Assert.Equal(["my db"], store.DatabaseNames);
        Assert.Equal(0, store.ValueCount);
    }

    private static TimeSeriesStore Filled()
    {
        TimeSeriesStore store = Store_Tests.Create();
        Store_Tests.Write(store, Data);
        return store;
    }
}
