using System.Globalization;
using System.Text;
using TrainingLab.Factory;
using TrainingLab.Factory.Http;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Network;

namespace TrainingLab.Labs.Attempts;

/// <summary>Carries an HTTP request of the web application to a service of the plant, from the student's workstation.</summary>
public static class ServiceForwarder
{
    /// <summary>Sends a request to an HTTP service of the factory; runs on the factory's scheduler.</summary>
    /// <returns>The service's answer, 502 or 504 where the network refuses; null where the factory has no such service.</returns>
    public static async Task<ServiceResponse?> ForwardAsync(RunningFactory factory, string account, ServiceRequest request, CancellationToken cancellationToken)
    {
        if (factory.Endpoints.FirstOrDefault(e => e.Name == request.Service && e.Protocol == EndpointProtocol.Http) is not { } endpoint)
            return null;
        var result = await factory.Context.Network.ConnectAsync(factory.Scenario.Network.Workstation, endpoint.Node, endpoint.Port, account, cancellationToken);
        if (result.Connection is not { } connection)
            return Refused(result);
        try
        {
            var reply = await PlantHttpClient.SendAsync(
                connection,
                string.Create(CultureInfo.InvariantCulture, $"{endpoint.Node}:{endpoint.Port}"),
                request.Method,
                request.PathAndQuery,
                request.Headers,
                request.Body,
                cancellationToken);
            return new ServiceResponse(reply.Status, [.. reply.Headers.Where(h => !IsHop(h.Key))], reply.Body);
        }
        catch (IOException e)
        {
            return Text(502, e.Message);
        }
    }

    private static ServiceResponse Refused(ConnectResult result) =>
        Text(result.Status == ConnectStatus.TimedOut ? 504 : 502, result.Refusal?.Describe("en") ?? result.Status.ToString());

    private static ServiceResponse Text(int status, string text) =>
        new(status, [new("Content-Type", "text/plain; charset=utf-8")], Encoding.UTF8.GetBytes(text + "\n"));

    /// <summary>Header fields that belong to the connection and not to the answer (RFC 9110, section 7.6.1).</summary>
    private static bool IsHop(string name) =>
        name.Equals("Connection", StringComparison.OrdinalIgnoreCase) || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || name.Equals("Keep-Alive", StringComparison.OrdinalIgnoreCase);
}
