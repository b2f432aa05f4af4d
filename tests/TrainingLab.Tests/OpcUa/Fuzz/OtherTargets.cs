using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Nodes.Models;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;
using TrainingLab.Tests.Fuzz;
using TrainingLab.Tests.OpcUa.Security;

namespace TrainingLab.Tests.OpcUa.Fuzz;

/// <summary>Whatever else comes from outside and is decoded: certificates, revocation lists, passwords, nodesets in XML, filters, ranges, ids and patterns in text.</summary>
internal static class OtherTargets
{
    private static readonly DateTimeOffset Now = TestCertificates.Now;

    public static IEnumerable<FuzzTarget> All() =>
    [
        Certificates(),
        RevocationLists(),
        Passwords(),
        Secrets(),
        NodeSets(),
        EventFilters(),
        Text("index range", ["1:2", "0", "1,2:3", "4294967295", "-1", "1:", ":", "00000000000000001:2", "2147483647:2147483648", "1:2147483647,0"], static text =>
        {
            if (!NumericRange.TryParse(text, out var range))
            {
                return "refused";
            }

            var taken = 0;
            foreach (var value in (Variant[])[Variant.From(new int[10]), Variant.FromArray(BuiltInType.Byte, new byte[6], [2, 3]), "text", new Variant(new byte[5]), default, 1.0, Variant.FromArray(BuiltInType.String, null)])
            {
                taken += range.TryTake(value, out var part).IsGood ? 1 : 0;
                taken += range.TryPut(value, part, out _).IsGood ? 1 : 0;
            }

            return taken > 0 ? "accepted, something taken" : "accepted, nothing taken";
        }),
        Text("node id in text", ["i=84", "ns=2;s=Speed", "g=72962B91-FA75-4AE6-8D28-B404DC7DAF63", "ns=1;b=AQID", "ns=65536;i=1", "ns=;s=", "i=4294967296", "ns=1;b=@", "s="], static text =>
        {
            if (!NodeId.TryParse(text, out var id))
            {
                return "refused";
            }

            Assert.True(NodeId.TryParse(id.ToString(), out var again) && again == id, text);
            return "accepted";
        }),
        Text("pattern of Like", ["%a_[b-d]\\%", "[^a]%", "[", "[]", "[^]", "\\", "%%%%%%", "[a-", "[z-a]%", "[-]"], static text =>
            LikePattern.Matches("abcdefghijklmnopqrstuvwxyz%_[]\\", text) ? "matches" : LikePattern.Matches(text, "%" + text[..(text.Length / 2)] + "%") ? "its own half matches" : "does not match"),
    ];

    private static FuzzTarget Certificates()
    {
        var authority = TestAuthority.Root();
        var intermediate = authority.Intermediate("between", "b");
        var leaf = intermediate.Issue();
        byte[][] chains =
        [
            TestCertificates.Client().RawData,
            [.. leaf.RawData, .. intermediate.Certificate.RawData, .. authority.Certificate.RawData],
            [.. leaf.RawData, .. intermediate.Certificate.RawData],
        ];
        var store = new MemoryCertificateStore();
        store.Replace(TrustLists.Empty with { Trusted = [authority.Certificate, TestCertificates.Client().Certificate], TrustedCrls = [authority.Crl()], IssuerCrls = [intermediate.Crl()] });
        var security = new ServerSecurity { Certificate = TestCertificates.Server(), Store = store, Endpoints = ServerSecurity.AllSecured };
        var thumbprint = TestCertificates.Server().Certificate.GetCertHash();
        return new FuzzTarget(
            "certificate of a client",
            random => chains[random.Next(chains.Length)],
            input =>
            {
                using var peer = security.Admit(SecurityPolicy.Basic256Sha256, input, thumbprint, Now)?.Peer;
                return new FuzzOutcome($"admitted, {(CertificateNames.Of(peer!.Certificate).Covers("filler-1") ? "for the host" : "for another host")}");
            })
        {
            Share = 30, Change = DerMutator.Change, AllocatedAnyway = 256 * 1024,
        };
    }

    private static FuzzTarget RevocationLists()
    {
        var authority = TestAuthority.Root();
        using var own = TestCertificates.Client().Certificate.CopyWithPrivateKey(TestKeys.Of("a"));
        for (var i = 0; i < 3; i++)
        {
            authority.Revoke(own);
        }

        var list = authority.Crl().RawData;
        using var key = authority.Certificate.GetRSAPublicKey()!;
        var publicKey = RSA.Create(key.ExportParameters(includePrivateParameters: false));
        return new FuzzTarget("revocation list", _ => list, input =>
        {
            var read = RevocationList.Read(input);
            _ = read.IsGoodAt(Now);
            _ = read.Revokes([1, 2, 3]);
            return new FuzzOutcome(read.IsSignedBy(publicKey) ? "signed" : "wrongly signed");
        })
        {
            Share = 100, Change = DerMutator.Change, NameOf = static e => (e as OpcUaException)?.Status.Name ?? (e as InvalidDataException)?.GetType().Name,
        };
    }

    /// <summary>What a client can put into a password of the newer form: the input is the payload, or the whole once it is protected.</summary>
    private static FuzzTarget Secrets()
    {
        var policy = SecurityPolicy.Basic256Sha256;
        var server = TestCertificates.Server();
        var publicKey = PeerCertificate.Read(server.RawData).PublicKey;
        var nonce = Enumerable.Range(0, 32).Select(static i => (byte)i).ToArray();
        return new FuzzTarget(
            "encrypted secret",
            random =>
            {
                var password = new byte[random.Next(40)];
                var padding = (16 - ((password.Length + nonce.Length + 10) % 16)) % 16;
                return
                [
                    0, .. BitConverter.GetBytes(nonce.Length), .. nonce, .. BitConverter.GetBytes(password.Length), .. password, .. Enumerable.Repeat((byte)padding, padding), (byte)padding, 0,
                ];
            },
            input =>
            {
                var payload = input.AsSpan(Math.Min(1, input.Length));
                var secret = RsaEncryptedSecret.Protect(policy, publicKey, server.Thumbprint, payload[..(payload.Length & ~15)], Now.UtcDateTime);
                if (input.Length > 1 && input[0] >= 0x80)
                {
                    secret[input[1] % secret.Length] ^= input[0];
                }

                var password = RsaEncryptedSecret.TryDecrypt(policy, server, secret.AsSpan(0, Math.Max(0, secret.Length - (input.Length > 0 ? input[0] & 3 : 0))), nonce);
                return new FuzzOutcome(password is null ? "refused" : "accepted as a password");
            })
        {
            Share = 3,
            AllocatedAnyway = 64 * 1024,
        };
    }

    /// <summary>What a client can put into an encrypted password: the input is the plain text.</summary>
    private static FuzzTarget Passwords()
    {
        var policy = SecurityPolicy.Basic256Sha256;
        var server = TestCertificates.Server();
        var publicKey = PeerCertificate.Read(server.RawData).PublicKey;
        var nonce = Enumerable.Range(0, 32).Select(static i => (byte)i).ToArray();
        return new FuzzTarget(
            "encrypted password",
            random =>
            {
                var password = System.Text.Encoding.UTF8.GetBytes(new string('x', random.Next(40)));
                return [0, .. BitConverter.GetBytes(password.Length + nonce.Length), .. password, .. nonce];
            },
            input =>
            {
                if (input.Length == 0)
                {
                    return new FuzzOutcome("nothing");
                }

                var encrypted = new byte[RsaBlocks.EncryptedLength(policy, publicKey, input.Length - 1)];
                RsaBlocks.Encrypt(policy, publicKey, input.AsSpan(1), encrypted);
                if (input[0] >= 0x80 && encrypted.Length > 0)
                {
                    encrypted[input[0] % encrypted.Length] ^= 1;
                }

                var password = UserSecrets.TryDecrypt(policy, server.PrivateKey, encrypted.AsSpan(0, Math.Max(0, encrypted.Length - (input[0] & 1))), nonce);
                return new FuzzOutcome(password is null ? "refused" : "accepted as a password");
            })
        {
            Share = 3,
        };
    }

    private static FuzzTarget NodeSets()
    {
        var seed = System.Text.Encoding.UTF8.GetBytes(NodeSetSeed.Text);
        return new FuzzTarget(
            "nodeset in XML",
            _ => seed,
            static input => new FuzzOutcome(NodeSetFile.Check([new NodeSetFile("fuzzed.xml", input)])[0].Mistakes.Count switch { 0 => "no mistakes", 1 => "one mistake", _ => "more mistakes" }))
        {
            Share = 8, Change = NodeSetMutator.Change, AllocatedAnyway = 1024 * 1024, AllocatedPerByte = 512,
        };
    }

    private static FuzzTarget EventFilters()
    {
        var space = new AddressSpace("urn:test:server", "urn:test:machine");
        var limits = new OpcUaLimits();
        var happened = new UaEvent(new NodeId(0, 2782), ObjectIds.Server, "Server", new LocalizedText("Hot", "en"), 500) { ConditionId = new NodeId(2, "a") };
        happened.Stamp([1, 2, 3], Now.UtcDateTime);
        return new FuzzTarget(
            "event filter, compiled and applied",
            static random => WireTargets.Write(((EventFilter)RandomStructures.Of(typeof(EventFilter), random)!).Write),
            input =>
            {
                var reader = new UaReader(input);
                var filter = EventFilter.Read(ref reader);
                var status = CompiledEventFilter.TryCompile(space, filter, limits, out var compiled, out _);
                if (compiled is null)
                {
                    return new FuzzOutcome(status.Name);
                }

                compiled.Select(happened, space, ["zh", null]);
                return new FuzzOutcome(compiled.Passes(happened, space) ? "passes" : "does not pass");
            })
        {
            Share = 400, Change = FilterMutator.Change, AllocatedAnyway = 2 * 1024 * 1024,
        };
    }

    private static FuzzTarget Text(string name, string[] seeds, Func<string, string> decode) => new(
        name,
        random => System.Text.Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)]),
        input => new FuzzOutcome(decode(System.Text.Encoding.UTF8.GetString(input))))
    {
        Change = TextMutator.Change(seeds),
    };
}
