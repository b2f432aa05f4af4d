using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Server.Configuration;

/// <summary>
/// The trust list of the server as a file (OPC 10000-12, 7.8.2, and OPC 10000-20, 4.2): read by several, written by one. What was written counts after CloseAndUpdate and ApplyChanges; single certificates are
/// added and removed at once. Handles belong to their session and go with it.
/// </summary>
internal sealed class TrustListFile
{
    private const byte ReadMode = 1;
    private const byte WriteAndEraseMode = 6;
    private const uint AddCertificateMethod = 12668;
    private const uint RemoveCertificateMethod = 12670;

    private static readonly NodeId TrustList = new(0, 12642);

    private readonly OpcUaServer _server;
    private readonly ServerSecurity _security;
    private readonly SecurityTransaction _transaction;
    private readonly Dictionary<uint, OpenFile> _files = [];
    private readonly VariableNode _lastUpdate;
    private uint _lastHandle;

    public TrustListFile(OpcUaServer server, ServerSecurity security, SecurityTransaction transaction)
    {
        _server = server;
        _security = security;
        _transaction = transaction;
        var space = server.AddressSpace;
        space.OwnStandardVariable(14157).SetValue(true);
        space.OwnStandardVariable(14158).SetValue(true);
        space.OwnStandardVariable(12646).Computed = () => new Variant((ushort)OpenCount);
        _lastUpdate = space.OwnStandardVariable(12662);
        _lastUpdate.SetValue(new Variant(DateTime.MinValue));
    }

    /// <summary>The methods by their ids in namespace 0.</summary>
    public IEnumerable<(uint Id, Func<IReadOnlyList<Variant>, OpcUaCaller, CallResult> Handler)> Methods =>
    [
        (12647, (inputs, caller) => inputs[0].TryGet(out byte mode) ? Open(mode, TrustListMasks.All, caller) : new CallResult(StatusCodes.BadInvalidArgument)),
        (12663, (inputs, caller) => inputs[0].TryGet(out uint masks) ? Open(ReadMode, (TrustListMasks)masks, caller) : new CallResult(StatusCodes.BadInvalidArgument)),
        (12650, (inputs, caller) => OnFile(inputs, caller, (_, handle) => Close(handle))),
        (12652, (inputs, caller) => OnFile(inputs, caller, (file, _) => Read(file, inputs[1]))),
        (12655, (inputs, caller) => OnFile(inputs, caller, (file, _) => Write(file, inputs[1]))),
        (12657, (inputs, caller) => OnFile(inputs, caller, static (file, _) => new CallResult(StatusCodes.Good, [new Variant((ulong)file.Content.Position)]))),
        (12660, (inputs, caller) => OnFile(inputs, caller, (file, _) => Seek(file, inputs[1]))),
        (12666, (inputs, caller) => OnFile(inputs, caller, (file, handle) => CloseAndUpdate(file, handle, caller))),
        (AddCertificateMethod, (inputs, caller) => AddCertificate(inputs, caller)),
        (RemoveCertificateMethod, (inputs, caller) => RemoveCertificate(inputs, caller)),
    ];

    private int OpenCount
    {
        get
        {
            ForgetEnded();
            return _files.Count;
        }
    }

    /// <summary>The lists have been changed by a method.</summary>
    public void Updated(OpcUaCaller caller, uint method)
    {
        _lastUpdate.SetValue(new Variant(_server.Now));
        _server.Audit.TrustListUpdated(caller, method, TrustList);
    }

    private CallResult OnFile(IReadOnlyList<Variant> inputs, OpcUaCaller caller, Func<OpenFile, uint, CallResult> act) =>
        inputs[0].TryGet(out uint handle) && _files.TryGetValue(handle, out var file) && file.Session == caller.SessionId ? act(file, handle) : new CallResult(StatusCodes.BadInvalidArgument);

    private CallResult Open(byte mode, TrustListMasks masks, OpcUaCaller caller)
    {
        if (mode is not ReadMode and not WriteAndEraseMode)
        {
            return new CallResult(StatusCodes.BadNotSupported);
        }

        ForgetEnded();
        var writes = mode == WriteAndEraseMode;
        if (writes && _transaction.IsOfAnother(caller))
        {
            return new CallResult(StatusCodes.BadTransactionPending);
        }

        if (_files.Values.Any(static f => f.IsWritten) || (writes && _files.Count > 0))
        {
            return new CallResult(writes ? StatusCodes.BadNotWritable : StatusCodes.BadNotReadable);
        }

        if (_files.Count >= _server.Limits.MaxTrustListHandles)
        {
            return new CallResult(StatusCodes.BadResourceUnavailable);
        }

        _files.Add(++_lastHandle, new OpenFile(caller.SessionId, writes, writes ? new MemoryStream() : new MemoryStream(Present(masks), writable: false)));
        return new CallResult(StatusCodes.Good, [_lastHandle]);
    }

    private byte[] Present(TrustListMasks masks)
    {
        var lists = _security.Store.Lists;
        List<byte[]> If(TrustListMasks mask, IEnumerable<byte[]> elements) => masks.HasFlag(mask) ? [.. elements] : [];
        using var writer = new UaWriter();
        new TrustListContent(
            masks & TrustListMasks.All,
            If(TrustListMasks.TrustedCertificates, lists.Trusted.Select(static c => c.RawData)),
            If(TrustListMasks.TrustedCrls, lists.TrustedCrls.Select(static c => c.RawData)),
            If(TrustListMasks.IssuerCertificates, lists.Issuers.Select(static c => c.RawData)),
            If(TrustListMasks.IssuerCrls, lists.IssuerCrls.Select(static c => c.RawData))).Write(writer);
        return writer.Written.ToArray();
    }

    private CallResult Close(uint handle)
    {
        _files.Remove(handle);
        return new CallResult(StatusCodes.Good);
    }

    private static CallResult Read(OpenFile file, in Variant wanted)
    {
        if (!wanted.TryGet(out int length) || length < 0)
        {
            return new CallResult(StatusCodes.BadInvalidArgument);
        }

        if (file.IsWritten)
        {
            return new CallResult(StatusCodes.BadInvalidState);
        }

        var bytes = new byte[Math.Min(length, file.Content.Length - file.Content.Position)];
        file.Content.ReadExactly(bytes);
        return new CallResult(StatusCodes.Good, [new Variant(bytes)]);
    }

    private CallResult Write(OpenFile file, in Variant written)
    {
        if (!written.TryGet(out byte[]? data))
        {
            return new CallResult(StatusCodes.BadInvalidArgument);
        }

        if (!file.IsWritten)
        {
            return new CallResult(StatusCodes.BadInvalidState);
        }

        if (file.Content.Position + (data?.Length ?? 0) > _server.Limits.MaxTrustListSize)
        {
            return new CallResult(StatusCodes.BadEncodingLimitsExceeded);
        }

        file.Content.Write(data ?? []);
        return new CallResult(StatusCodes.Good);
    }

    /// <summary>A position behind the end is the end (OPC 10000-20, 4.2.8).</summary>
    private static CallResult Seek(OpenFile file, in Variant wanted)
    {
        if (!wanted.TryGet(out ulong position))
        {
            return new CallResult(StatusCodes.BadInvalidArgument);
        }

        file.Content.Position = (long)Math.Min(position, (ulong)file.Content.Length);
        return new CallResult(StatusCodes.Good);
    }

    private CallResult CloseAndUpdate(OpenFile file, uint handle, OpcUaCaller caller)
    {
        if (!file.IsWritten)
        {
            return new CallResult(StatusCodes.BadInvalidState);
        }

        // Whatever comes of it, the file is closed (7.8.2.5).
        _files.Remove(handle);
        if (_transaction.IsOfAnother(caller))
        {
            return new CallResult(StatusCodes.BadTransactionPending);
        }

        try
        {
            var reader = new UaReader(file.Content.ToArray(), _server.DecodingLimits);
            _transaction.Set(caller, Merge(_transaction.Lists ?? _security.Store.Lists, TrustListContent.Read(ref reader)));
            return new CallResult(StatusCodes.Good, [true]);
        }
        catch (Exception e) when (e is OpcUaException or CryptographicException or InvalidDataException)
        {
            return new CallResult(StatusCodes.BadCertificateInvalid);
        }
    }

    private static TrustLists Merge(TrustLists present, TrustListContent written) => new(
        written.SpecifiedLists.HasFlag(TrustListMasks.TrustedCertificates) ? Certificates(written.TrustedCertificates) : present.Trusted,
        written.SpecifiedLists.HasFlag(TrustListMasks.TrustedCrls) ? Crls(written.TrustedCrls) : present.TrustedCrls,
        written.SpecifiedLists.HasFlag(TrustListMasks.IssuerCertificates) ? Certificates(written.IssuerCertificates) : present.Issuers,
        written.SpecifiedLists.HasFlag(TrustListMasks.IssuerCrls) ? Crls(written.IssuerCrls) : present.IssuerCrls);

    private static List<X509Certificate2> Certificates(IReadOnlyList<byte[]> list) => [.. list.Select(static c => X509CertificateLoader.LoadCertificate(c)).DistinctBy(static c => c.Thumbprint)];

    private static List<RevocationList> Crls(IReadOnlyList<byte[]> list) => [.. list.Select(RevocationList.Read)];

    /// <summary>A certificate may come with the authorities above it, which become issuers (7.8.2.6).</summary>
    private CallResult AddCertificate(IReadOnlyList<Variant> inputs, OpcUaCaller caller)
    {
        inputs[0].TryGet(out byte[]? bytes);
        inputs[1].TryGet(out bool isTrusted);
        if (CheckSingle() is { IsBad: true } refused)
        {
            return new CallResult(refused);
        }

        PeerCertificate sent;
        try
        {
            sent = PeerCertificate.Read(bytes);
        }
        catch (OpcUaException)
        {
            return new CallResult(StatusCodes.BadCertificateInvalid);
        }

        using (sent)
        {
            var lists = _security.Store.Lists;
            var added = X509CertificateLoader.LoadCertificate(sent.RawData);
            var issuers = lists.Issuers.Concat(sent.Issuers.Select(static i => X509CertificateLoader.LoadCertificate(i.RawData)));
            Replace(new TrustLists(
                isTrusted ? Distinct([.. lists.Trusted, added]) : lists.Trusted, lists.TrustedCrls, Distinct(isTrusted ? issuers : issuers.Append(added)), lists.IssuerCrls), caller, AddCertificateMethod);
            return new CallResult(StatusCodes.Good);
        }
    }

    /// <summary>The revocation lists of an authority go with it (7.8.2.7).</summary>
    private CallResult RemoveCertificate(IReadOnlyList<Variant> inputs, OpcUaCaller caller)
    {
        inputs[0].TryGet(out string? thumbprint);
        inputs[1].TryGet(out bool isTrusted);
        if (CheckSingle() is { IsBad: true } refused)
        {
            return new CallResult(refused);
        }

        var lists = _security.Store.Lists;
        var removed = (isTrusted ? lists.Trusted : lists.Issuers).FirstOrDefault(c => string.Equals(c.Thumbprint, thumbprint, StringComparison.OrdinalIgnoreCase));
        if (removed is null)
        {
            return new CallResult(StatusCodes.BadInvalidArgument);
        }

        IReadOnlyList<RevocationList> Without(IReadOnlyList<RevocationList> crls) => [.. crls.Where(c => !c.IssuerName.AsSpan().SequenceEqual(removed.SubjectName.RawData))];
        Replace(isTrusted
            ? lists with { Trusted = [.. lists.Trusted.Where(c => c != removed)], TrustedCrls = Without(lists.TrustedCrls) }
            : lists with { Issuers = [.. lists.Issuers.Where(c => c != removed)], IssuerCrls = Without(lists.IssuerCrls) }, caller, RemoveCertificateMethod);
        return new CallResult(StatusCodes.Good);
    }

    /// <summary>Single certificates change while nobody has the file open and no transaction is under way.</summary>
    private StatusCode CheckSingle() => OpenCount > 0 ? StatusCodes.BadInvalidState : _transaction.IsPending ? StatusCodes.BadTransactionPending : StatusCodes.Good;

    private static List<X509Certificate2> Distinct(IEnumerable<X509Certificate2> certificates) => [.. certificates.DistinctBy(static c => c.Thumbprint)];

    private void Replace(TrustLists lists, OpcUaCaller caller, uint method)
    {
        _security.Store.Replace(lists);
        Updated(caller, method);
        _server.SecurityChanged(_security);
    }

    private void ForgetEnded()
    {
        foreach (var handle in _files.Where(f => !_server.HasSession(f.Value.Session)).Select(static f => f.Key).ToArray())
        {
            _files.Remove(handle);
        }
    }

    private sealed record OpenFile(NodeId Session, bool IsWritten, MemoryStream Content);
}
