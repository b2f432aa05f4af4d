namespace TrainingLab.Mqtt.Authentication;

/// <summary>Enhanced authentication as a client does it (MQTT 5 §4.12).</summary>
public interface IMqttClientAuthentication
{
    /// <summary>The Authentication Method property.</summary>
    string Method { get; }

    /// <summary>Begins an exchange, one for each connection.</summary>
    IMqttClientAuthenticationExchange Begin();
}

/// <summary>One exchange.</summary>
public interface IMqttClientAuthenticationExchange
{
    /// <summary>The data of CONNECT.</summary>
    byte[] First();

    /// <summary>The answer to a challenge; null when the challenge makes no sense, which ends the connection.</summary>
    byte[]? Next(ReadOnlySpan<byte> challenge);

    /// <summary>Whether the broker has proven itself with the data of its CONNACK.</summary>
    bool Verify(ReadOnlySpan<byte> final);
}
