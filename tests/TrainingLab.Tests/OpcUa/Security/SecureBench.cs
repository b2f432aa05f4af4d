using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Tests.OpcUa.Security;

/// <summary>A bench whose server has every secured endpoint and trusts the test's client, and the options of that client.</summary>
internal static class SecureBench
{
    public static ServerSecurity Secure(this Bench bench, string serverKey = "b", string clientKey = "a", ICertificateStore? store = null)
    {
        var security = new ServerSecurity
        {
            Certificate = TestCertificates.Server(serverKey),
            Store = store ?? TestCertificates.Trusting(TestCertificates.Client(clientKey)),
            Endpoints = ServerSecurity.AllSecured,
        };
        bench.Options = bench.Options with { Security = security };
        return security;
    }

    public static OpcUaClientOptions Options(SecurityPolicy policy, MessageSecurityMode mode = MessageSecurityMode.SignAndEncrypt, string key = "a") => Bench.ClientOptions with
    {
        Security = new EndpointSecurity(policy, mode), Certificate = TestCertificates.Client(key),
    };

    public static Task<OpcUaClient> ConnectSecurelyAsync(this Bench bench, OpcUaClientOptions options) =>
        OpcUaClient.ConnectAsync(_ => ValueTask.FromResult(bench.Connect()), options, bench.Time, TestContext.Current.CancellationToken);

    /// <summary>The code with which connecting fails.</summary>
    public static async Task<string> RefusalAsync(this Bench bench, OpcUaClientOptions options)
    {
        try
        {
            await using var client = await bench.ConnectSecurelyAsync(options);
            return "Good";
        }
        catch (OpcUaException e)
        {
            return e.Status.Name;
        }
    }
}
