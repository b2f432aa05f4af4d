using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;
using TrainingLab.Tests.OpcUa.Security;

namespace TrainingLab.Tests.OpcUa.Server;

/// <summary>What answering costs in memory that must be collected again. Counted on the one thread that does everything, so that no other test is in it.</summary>
public sealed class AllocationTests
{
    private const int Items = 100;

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(1, false, true)]
    [InlineData(Items, false, false)]
    [InlineData(Items, true, false)]
    [InlineData(Items, true, true)]
    public void A_read_allocates_nothing(int nodes, bool byName, bool secure) => OnNoContext(() =>
    {
        using var bench = new Load(byName, secure);
        var request = bench.Client.Encode(new ReadRequest(0, TimestampsToReturn.Both, [.. bench.Nodes.Take(nodes).Select(static n => new ReadValueId(n.Id, AttributeId.Value, null, default))]));
        bench.Client.Send(request);
        Assert.All(bench.Client.Answer<ReadResponse>().Results, static r => Assert.True(r.Status.IsGood && !r.Value.IsNull));

        var each = AllocatedBy(() =>
        {
            bench.Client.Send(request);
            bench.Client.Receive();
        });
        Assert.True(each < 1, $"{each} bytes by a request");
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_notification_allocates_next_to_nothing(bool secure) => OnNoContext(() =>
    {
        using var bench = new Load(byName: false, secure);
        var created = bench.Client.Call<CreateSubscriptionRequest, CreateSubscriptionResponse>(new CreateSubscriptionRequest(100, 1000, 10, 0, PublishingEnabled: true, 0));
        bench.Client.Call<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new CreateMonitoredItemsRequest(
            created.SubscriptionId,
            TimestampsToReturn.Both,
            [.. bench.Nodes.Select(static (n, i) => new MonitoredItemCreateRequest(
                new ReadValueId(n.Id, AttributeId.Value, null, default), MonitoringMode.Reporting, new MonitoringParameters((uint)i, 100, null, 1, DiscardOldest: true)))]));
        var value = 0.0;
        var number = 0u;
        var length = 0;
        Publish([]);
        Assert.True(length > Items * 20, "all values are in a message");

        // The clock and the waiting request cost something by message, the values in it nothing.
        var acknowledge = new SubscriptionAcknowledgement[1];
        var each = AllocatedBy(() =>
        {
            acknowledge[0] = new SubscriptionAcknowledgement(created.SubscriptionId, ++number);
            Publish(acknowledge);
        });
        Assert.True(length > Items * 20, "all values are in a message");
        Assert.True(each / Items < 25, $"{each} bytes by a message of {Items} values");

        void Publish(SubscriptionAcknowledgement[] acknowledgements)
        {
            bench.Client.Send(bench.Client.Encode(new PublishRequest(acknowledgements)));
            value++;
            foreach (var node in bench.Nodes)
            {
                node.SetValue(value);
            }

            bench.Time.Step(TimeSpan.FromMilliseconds(200), static () => { });
            length = bench.Client.Receive();
        }
    });

    /// <summary>
    /// Bytes by round, when everything that is made once has been made. A garbage collection, which other tests bring about, throws buffers out of the shared pool, and new ones
    /// take their place: that is in some of the series, what a round costs is in all.
    /// </summary>
    private static double AllocatedBy(Action round)
    {
        const int Series = 20;
        const int Rounds = 50;
        var least = double.MaxValue;
        for (var series = 0; series <= Series; series++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Rounds; i++)
            {
                round();
            }

            if (series > 0)
            {
                least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Rounds);
            }
        }

        return least;
    }

    /// <summary>Without the test's context, onto which work would be posted.</summary>
    private static void OnNoContext(Action test)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            test();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private sealed class Load : IDisposable
    {
        public Load(bool byName, bool secure)
        {
            var space = new AddressSpace("urn:test:server", "urn:test:machine");
            space.AddFolder(ObjectIds.ObjectsFolder, new NodeId(2, "Machine"), "Machine");
            Nodes = [.. Enumerable.Range(0, Items).Select(i => space.AddVariable(
                new NodeId(2, "Machine"), byName ? new NodeId(2, $"Machine.Tag{i}") : new NodeId(2, 10_000u + (uint)i), $"Tag{i}", BuiltInType.Double, new VariableOptions { InitialValue = 1.5 }))];
            var options = new OpcUaServerOptions
            {
                ApplicationName = "Test server",
                Security = secure ? new ServerSecurity { Certificate = TestCertificates.Server(), Store = TestCertificates.Trusting(TestCertificates.Client()), Endpoints = ServerSecurity.AllSecured, Rules = new CertificateRules { RequireRevocationLists = false } } : null,
            };
            Client = new InlineClient(new OpcUaServer(options, space, Time), Time, secure ? TestCertificates.Client() : null, secure ? TestCertificates.Server() : null);
        }

        public SteppedTime Time { get; } = new();

        public IReadOnlyList<VariableNode> Nodes { get; }

        public InlineClient Client { get; }

        public void Dispose() => Client.Dispose();
    }
}
