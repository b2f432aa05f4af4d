using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;
using TrainingLab.Tests.Cli.Brokers;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>The process <c>lab broker</c>: killed again and again, and told to read its configuration anew.</summary>
public class LabBroker_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task It_is_killed_again_and_again_and_what_it_acknowledged_arrives() => LoopbackContext.RunAsync(async () =>
    {
        using var lab = new LabBroker();
        lab.Configure("store: broker.db");
        await lab.StartAsync();
        await using var inbox = await Inbox.OpenAsync(lab.Port, "t/#");
        await using var publisher = Inbox.Persistent(lab.Port, "publisher");
        publisher.Start();

        const int Kills = 6;
        const int Each = 250;
        var acknowledged = new List<int>();
        var thirdOfRound = new TaskCompletionSource();
        var round = 0;
        for (; round < Kills; round++)
        {
            thirdOfRound = new TaskCompletionSource();
            var publishing = Enumerable.Range(round * Each, Each).Select(PublishAsync).ToList();
            await thirdOfRound.Task;
            await lab.KillAsync();
            await lab.StartAsync();
            await Task.WhenAll(publishing);
        }
        await PublishAsync(Kills * Each);
        await inbox.HasAllAsync("t/0", Kills * Each / 2 + 1);
        await inbox.HasAllAsync("t/1", Kills * Each / 2);

        // The client is persistent too, so in the end everything is acknowledged; at QoS 2 nothing came twice, at QoS 1 perhaps.
        Assert.Equal(Enumerable.Range(0, (Kills * Each) + 1), acknowledged.Order());
        Assert.Equal(Enumerable.Range(0, (Kills * Each / 2) + 1).Select(i => 2 * i), Numbers("t/0"));
        Assert.Equal(Enumerable.Range(0, Kills * Each / 2).Select(i => (2 * i) + 1), Numbers("t/1").Distinct());

        async Task PublishAsync(int number)
        {
            var qos = number % 2 == 0 ? MqttQoS.ExactlyOnce : MqttQoS.AtLeastOnce;
            Assert.Equal(MqttPublishResult.Done, await publisher.PublishAsync(MqttMessage.FromText($"t/{number % 2}", number.ToString(CultureInfo.InvariantCulture), qos), Token));
            acknowledged.Add(number);
            if (acknowledged.Count >= (round * Each) + (Each / 3)) thirdOfRound.TrySetResult();
        }

        IEnumerable<int> Numbers(string topic) => inbox.Messages.Where(m => m.Topic == topic).Select(m => int.Parse(m.PayloadText, CultureInfo.InvariantCulture));
    });

    [Fact]
    public Task SIGHUP_takes_a_new_certificate_from_the_same_file_and_a_mistake_changes_nothing() => LoopbackContext.RunAsync(async () =>
    {
        using var lab = new LabBroker();
        using var old = new TestBrokerAuthority();
        old.Save(lab.Folder);
        lab.Configure($$"""
            listeners:
              - { port: {{lab.Port}} }
              - { transport: tls, port: {{lab.Port + 1}}, certificate: server.pem, key: server.key }
            anonymous: true
            """);
        await lab.StartAsync();
        await using var connected = Inbox.Persistent(lab.Port, "stays");
        Assert.True((await connected.ConnectAsync(Token)).Connected);
        var before = await CertificateAsync(lab.Port + 1);

        using var renewed = new TestBrokerAuthority();
        renewed.Save(lab.Folder);
        await lab.SignalAsync("HUP");
        await lab.ReadUntilAsync("configuration read again");
        var after = await CertificateAsync(lab.Port + 1);
        Assert.NotEqual(before, after);

        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "server.key"), "no key", Token);
        await lab.SignalAsync("HUP");
        await lab.ReadUntilAsync(":3:");
        await lab.ReadUntilAsync("the configuration before it stays in force");
        Assert.Equal(after, await CertificateAsync(lab.Port + 1));
        // Its listener did not change, so neither did its connection.
        Assert.Equal(MqttClientState.Connected, connected.State);
    });

    [Fact]
    public Task Refused_logins_are_written_with_who_from_where_and_why() => LoopbackContext.RunAsync(async () =>
    {
        using var lab = new LabBroker();
        using var authority = new TestBrokerAuthority();
        authority.Save(lab.Folder);
        lab.Configure($$"""
            listeners:
              - { port: {{lab.Port}} }
              - { transport: tls, port: {{lab.Port + 1}}, certificate: server.pem, key: server.key, clientCa: ca.pem }
            users: { mes: "{{TrainingLab.Mqtt.Authentication.ScramCredentials.Of("secret", "salt"u8.ToArray())}}" }
            """);
        await lab.StartAsync();
        foreach (var (arguments, told) in new (string[], string)[]
        {
            (["-u", "mes", "-P", "wrong"], "user 'mes', client 'guess': BadUserNameOrPassword"),
            ([], "no user, client 'guess': NotAuthorized"),
            (["-u", "nobody", "-P", "x", "-V", "5"], "user 'nobody', client 'guess': BadUserNameOrPassword"),
        })
        {
            using var guess = ForeignProgram.Start("mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{lab.Port}", "-i", "guess", "-t", "t", "-m", "x", .. arguments]);
            Assert.NotEqual(0, (await guess.WaitAsync()).ExitCode);
            await lab.ReadUntilAsync(told);
        }
        using var stranger = ForeignProgram.Start("mosquitto_pub", "-h", "127.0.0.1", "-p", $"{lab.Port + 1}", "--cafile", Path.Combine(lab.Folder, "ca.pem"), "-t", "t", "-m", "x");
        Assert.NotEqual(0, (await stranger.WaitAsync()).ExitCode);
        await lab.ReadUntilAsync(": TLS: ");
    });

    private static async Task<string> CertificateAsync(int port)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", port, Token);
        string? thumbprint = null;
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                // Whose it is, is what the test looks at.
                RemoteCertificateValidationCallback = (_, certificate, _, _) => (thumbprint = certificate?.GetCertHashString()) is not null,
            },
            Token);
        return thumbprint!;
    }
}
