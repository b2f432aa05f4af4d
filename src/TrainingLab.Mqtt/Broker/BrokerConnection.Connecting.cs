using System.Text;
using TrainingLab.Mqtt.Bridging;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Broker;

internal sealed partial class BrokerConnection
{
    private ConnectPacket? connecting;
    private MqttAuthenticationExchange? exchange;
    private string? authenticationMethod;

    private async ValueTask OnConnectAsync(ConnectPacket packet)
    {
        if (packet.ProtocolLevel > (byte)MqttProtocolVersion.V5) output.Version = MqttProtocolVersion.V5; // A later one reads that answer rather than an older one.
        Client = new MqttClientIdentity(peer, packet.ClientId, peer.CertifiedUser ?? packet.UserName);
        if (packet.Will is { } wanted) RequireWithinLimits(wanted.Topic, wanted.TopicUtf8.Length);
        if (packet.Properties is { } asked)
        {
            output.MaxPacketSize = asked.MaximumPacketSize ?? long.MaxValue;
            output.TopicAliasMaximum = Math.Min(asked.TopicAliasMaximum ?? 0, Limits.MaxTopicAliases);
            output.WantsReasonStrings = asked.RequestProblemInformation ?? true;
        }
        if (Judge(packet) is var early && early != MqttReasonCode.Success)
        {
            await RefuseAsync(early, packet);
            return;
        }
        if (packet.Properties?.AuthenticationMethod is { } method)
        {
            authenticationMethod = method;
            exchange = broker.Options.AuthenticationMethods.FirstOrDefault(m => m.Name == method)?.Begin(Client);
            if (exchange is null)
            {
                await RefuseAsync(MqttReasonCode.BadAuthenticationMethod, packet);
                return;
            }
            connecting = packet;
            await StepAsync(packet.Properties.AuthenticationData ?? default);
            return;
        }

        var code = broker.Options.Authenticate is { } authenticate
            ? await authenticate(Client, packet.Password, ended.Token)
            : MqttReasonCode.Success;
        if (Ending) return;
        if (code == MqttReasonCode.Success && !broker.HasRoomFor(packet)) code = IsV5 ? MqttReasonCode.QuotaExceeded : MqttReasonCode.ServerUnavailable;
        if (code == MqttReasonCode.Success) await AcceptAsync(packet, authenticationData: null);
        else await RefuseAsync(code, packet);
    }

    /// <summary>What can be said of a CONNECT before anybody's credentials are looked at.</summary>
    private MqttReasonCode Judge(ConnectPacket packet)
    {
        if (packet.ProtocolLevel is not ((byte)MqttProtocolVersion.V311 or (byte)MqttProtocolVersion.V5)) return MqttReasonCode.UnsupportedProtocolVersion;
        if (broker.Faults.RefuseConnects) return MqttReasonCode.ServerUnavailable;
        if (broker.Options.Redirect is { } redirect) return redirect.IsPermanent ? MqttReasonCode.ServerMoved : MqttReasonCode.UseAnotherServer;
        if (packet.ClientId.Length == 0 && !packet.CleanSession && !IsV5) return MqttReasonCode.ClientIdentifierNotValid;
        return Encoding.UTF8.GetByteCount(packet.ClientId) > Limits.MaxClientIdLength ? MqttReasonCode.ClientIdentifierNotValid : MqttReasonCode.Success;
    }

    private async ValueTask RefuseAsync(MqttReasonCode code, ConnectPacket packet)
    {
        if (broker.Observer is { } observer) await observer.ConnectAnsweredAsync(Client!, code, packet.CleanSession, sessionPresent: false, packet.Will);
        reported = true;
        if (Ending) return;
        var server = code is MqttReasonCode.UseAnotherServer or MqttReasonCode.ServerMoved ? broker.Options.Redirect?.Server : null;
        output.Enqueue(OutgoingPacket.ConnAck(sessionPresent: false, code, server is null ? null : new MqttProperties { ServerReference = server }));
        Abort(MqttDisconnectReason.Refused);
    }

    private async ValueTask AcceptAsync(ConnectPacket packet, ReadOnlyMemory<byte>? authenticationData)
    {
        if (packet.ClientId.Length == 0) Client = Client! with { ClientId = broker.AssignClientId() };
        var expiry = IsV5 ? LimitExpiry(packet.Properties?.SessionExpiryInterval ?? 0) : packet.CleanSession ? 0 : BrokerSession.Forever;
        var keepAlive = IsV5 && Limits.MaxKeepAlive is { } longest && (packet.KeepAlive == 0 || packet.KeepAlive > longest.TotalSeconds)
            ? (ushort)longest.TotalSeconds
            : packet.KeepAlive;
        var properties = IsV5 ? ConnAckProperties(packet, expiry, keepAlive, authenticationData) : null;
        if (!output.Fits(OutgoingPacket.ConnAck(sessionPresent: false, MqttReasonCode.Success, properties)))
            throw new MqttProtocolException(MqttReasonCode.PacketTooLarge, "CONNACK is longer than the client takes.");
        if (!await broker.CatchUpAsync())
        {
            await RefuseAsync(MqttReasonCode.ServerUnavailable, packet);
            return;
        }
        if (Ending) return;
        while (broker.ConnectionOf(Client!.ClientId) is { } other)
        {
            await other.TakeOverAsync();
            if (Ending) return;
        }

        var present = broker.Open(this, Client.ClientId, packet.CleanSession, expiry, out session);
        if (broker.Observer is { } observer) await observer.ConnectAnsweredAsync(Client, MqttReasonCode.Success, packet.CleanSession, present, packet.Will);
        reported = true;
        if (Ending) return;
        isBridge = packet.IsBridge;
        will = heldWill = packet.Will;
        willDelay = packet.WillDelay;
        if (heldWill is not null) broker.HoldWill(Client, heldWill, willDelay);
        // One and a half times the keep-alive (§3.1.2.10); zero switches it off.
        silence.Allow(keepAlive * TimeSpan.FromSeconds(1.5));
        output.Enqueue(OutgoingPacket.ConnAck(present, MqttReasonCode.Success, properties));
        accepted = true;
        session.Delivery.Attach(output, packet.Properties?.ReceiveMaximum ?? ushort.MaxValue);
    }

    private MqttProperties ConnAckProperties(ConnectPacket packet, uint expiry, ushort keepAlive, ReadOnlyMemory<byte>? authenticationData) => new()
    {
        AssignedClientIdentifier = packet.ClientId.Length == 0 ? Client!.ClientId : null,
        ServerKeepAlive = keepAlive == packet.KeepAlive ? null : keepAlive,
        SessionExpiryInterval = expiry == (packet.Properties?.SessionExpiryInterval ?? 0) ? null : expiry,
        ReceiveMaximum = (ushort)Math.Min(Limits.MaxUnreleased, ushort.MaxValue),
        TopicAliasMaximum = Limits.MaxTopicAliases == 0 ? null : (ushort)Limits.MaxTopicAliases,
        MaximumPacketSize = (uint)Limits.MaxPacketSize,
        ResponseInformation = packet.Properties?.RequestResponseInformation == true ? broker.Options.ResponseInformation?.Invoke(Client!) : null,
        AuthenticationMethod = authenticationMethod,
        AuthenticationData = authenticationData,
        // One bridge to another.
        UserProperties = broker.Options.BridgeIdentity is { } identity && BridgeWay.IdentityIn(packet.Properties) is not null ? [new MqttUserProperty(BridgeWay.Property, identity)] : [],
    };

    /// <summary>AUTH came: a step of the authentication in progress, or the beginning of another one (MQTT 5 §4.12).</summary>
    private async ValueTask OnAuthAsync(AuthPacket packet)
    {
        if (authenticationMethod is null) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "AUTH without an authentication method in CONNECT.");
        if (packet.Properties?.AuthenticationMethod != authenticationMethod)
            throw new MqttProtocolException(MqttReasonCode.BadAuthenticationMethod, "AUTH with another authentication method than CONNECT.");
        if (exchange is null)
        {
            if (packet.Reason != MqttReasonCode.ReAuthenticate) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "AUTH out of turn.");
            exchange = broker.Options.AuthenticationMethods.FirstOrDefault(m => m.Name == authenticationMethod)?.Begin(Client!)
                ?? throw new MqttProtocolException(MqttReasonCode.BadAuthenticationMethod, "The method is no longer offered.");
        }
        else if (packet.Reason != MqttReasonCode.ContinueAuthentication)
        {
            throw new MqttProtocolException(MqttReasonCode.ProtocolError, "AUTH that does not continue the authentication in progress.");
        }
        await StepAsync(packet.Properties.AuthenticationData ?? default);
    }

    private async ValueTask StepAsync(ReadOnlyMemory<byte> data)
    {
        var step = await exchange!.StepAsync(data, ended.Token);
        if (Ending) return;
        if (step.Reason == MqttReasonCode.ContinueAuthentication)
        {
            output.Enqueue(Auth(step));
            return;
        }
        exchange = null;
        if (session is not null)
        {
            // The client authenticated again; failing that ends the connection (§4.12.1).
            if (step.Reason == MqttReasonCode.Success) output.Enqueue(Auth(step));
            else Abort(MqttDisconnectReason.ProtocolError, error: step.Reason);
            return;
        }
        var packet = connecting!;
        connecting = null;
        if (step.UserName is not null) Client = Client! with { UserName = step.UserName };
        if (step.Reason != MqttReasonCode.Success) await RefuseAsync(step.Reason, packet);
        else if (!broker.HasRoomFor(packet)) await RefuseAsync(MqttReasonCode.QuotaExceeded, packet);
        else await AcceptAsync(packet, step.Data);
    }

    private OutgoingPacket Auth(MqttAuthenticationStep step) =>
        OutgoingPacket.Answer(MqttPacketType.Auth, 0, step.Reason, new MqttProperties { AuthenticationMethod = authenticationMethod, AuthenticationData = step.Data });
}
