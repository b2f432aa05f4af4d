using System.Security.Cryptography;
using TrainingLab.OpcUa.Messages;

namespace TrainingLab.OpcUa.Security;

/// <summary>
/// Signatures in CreateSession and ActivateSession (OPC 10000-4, 5.7.2 and 5.7.3): over the other side's certificate followed by the nonce that it sent last.
/// </summary>
internal static class SessionSignatures
{
    public static SignatureData Sign(AsymmetricSecurity security, ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> nonce) =>
        Sign(security.Policy, security.Own.PrivateKey, certificate, nonce);

    public static SignatureData Sign(SecurityPolicy policy, RSA key, ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> nonce) =>
        new(policy.SignatureUri, RsaBlocks.Sign(policy, key, [.. certificate, .. nonce]));

    public static bool Verify(SecurityPolicy policy, RSA key, in SignatureData signature, ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> nonce) =>
        signature.Signature is not null && signature.Algorithm == policy.SignatureUri && RsaBlocks.Verify(policy, key, [.. certificate, .. nonce], signature.Signature);
}
