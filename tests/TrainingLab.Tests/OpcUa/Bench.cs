using System.IO.Pipelines;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Tests.OpcUa;

/// <summary>
/// A server with clients in memory, on a serial context and a stepped clock: nothing happens in a test but what the test does. A test that waits for
/// something that cannot come any more fails at once.
/// </summary>
internal sealed class Bench
{
    private readonly SerialPump _pump = new();
    private readonly List<Task> _served = [];
    private OpcUaServer? _server;

    public SteppedTime Time { get; } = new();

    public AddressSpace Space { get; } = new("urn:test:server", "urn:test:machine", "urn:test:other");

    public OpcUaServerOptions Options { get; set; } = new() { ApplicationName = "Test server" };

    public IOpcUaObserver? Observer { get; set; }

    public OpcUaServer Server => _server ??= new OpcUaServer(Options, Space, Time, Observer);

    public static OpcUaClientOptions ClientOptions { get; } = new() { EndpointUrl = "opc.tcp://filler-1:4840/" };

    /// <summary>Runs a test to its end.</summary>
    public static void Run(Func<Bench, Task> test)
    {
        var bench = new Bench();
        bench._pump.Run(() => test(bench));
        Assert.DoesNotContain(bench._served, static connection => connection.IsFaulted);
    }

    /// <summary>The folder <c>Machine</c> with the variable <c>Speed</c> (a range of 0 to 200) and the writable <c>Setpoint</c>.</summary>
    public VariableNode AddMachine()
    {
        Space.AddFolder(ObjectIds.ObjectsFolder, Id("Machine"), "Machine");
        Space.AddVariable(Id("Machine"), Id("Setpoint"), "Setpoint", BuiltInType.Double, new VariableOptions { Writable = true, InitialValue = 10.0 });
        return Space.AddVariable(Id("Machine"), Id("Speed"), "Speed", BuiltInType.Double, new VariableOptions
        {
            Range = new UaRange(0, 200),
            Units = EUInformation.FromUneceCode("RPM", "r/min"),
            InitialValue = 100.0,
        });
    }

    public static NodeId Id(string text) => new(2, text);

    /// <summary>A connection to the server: the client's end.</summary>
    public IDuplexPipe Connect(string node = "workstation")
    {
        var (client, server) = Pipes();
        _served.Add(Server.ServeAsync(server, new OpcUaPeer(node, "10.0.0.7:50000", Time), CancellationToken.None));
        return client;
    }

    public Task<OpcUaClient> ConnectAsync(OpcUaClientOptions? options = null) =>
        OpcUaClient.ConnectAsync(Connect(), options ?? ClientOptions, Time, TestContext.Current.CancellationToken);

    /// <summary>Lets time pass, and everything that it sets off happen.</summary>
    public void Step(double milliseconds) => Time.Step(TimeSpan.FromMilliseconds(milliseconds), _pump.RunQueued);

    /// <summary>Lets everything happen that can without time passing.</summary>
    public void Settle() => _pump.RunQueued();

    public static (IDuplexPipe Client, IDuplexPipe Server) Pipes(long pauseWriterThreshold = 65_536)
    {
        var options = new PipeOptions(useSynchronizationContext: true, pauseWriterThreshold: pauseWriterThreshold, resumeWriterThreshold: pauseWriterThreshold / 2);
        var up = new Pipe(options);
        var down = new Pipe(options);
        return (new End(down.Reader, up.Writer), new End(up.Reader, down.Writer));
    }

    private sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class SerialPump : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = [];

        public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

        public void RunQueued()
        {
            while (_queue.TryDequeue(out var next))
            {
                next.Callback(next.State);
            }
        }

        public void Run(Func<Task> test)
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                var task = test();
                RunQueued();
                Assert.True(task.IsCompleted, "the test waits for something, and nothing is left that could happen");
                task.GetAwaiter().GetResult();
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }
    }
}
