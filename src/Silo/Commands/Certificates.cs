using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cafeteria.Silo.Commands;

/// <summary><c>certs</c>: TLS for a machine that no public authority vouches for.</summary>
internal static class Certificates
{
    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3650);

    // Browsers refuse a server's certificate that is good for longer.
    private static readonly TimeSpan ServerLife = TimeSpan.FromDays(397);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    public static readonly Verb Verb = new(
        "certs", "DIR [--name NAME]…", "make self-signed certificates for a local installation",
        """
        Makes in DIR an authority of your own (ca.crt, ca.key) and a certificate by it for the server
        (server.crt, server.key), for localhost and every --name. Tell your browser to trust ca.crt.
        Keys are for their owner alone (0600). A second time it keeps the authority, and the server's
        certificate too while it is good for 30 more days and for all names. Not for the public.

          --name NAME   a host name or address that the server is reached by; may be repeated
        """,
        ["--name"], [], 1, context => Task.FromResult(Run(context)));

    private static int Run(VerbContext context)
    {
        var directory = Path.GetFullPath(context.Operands[0]);
        string[] names = ["localhost", "127.0.0.1", "::1", .. context.All("--name")];
        foreach (var name in names)
            if (Uri.CheckHostName(name.Replace("*.", "", StringComparison.Ordinal)) is UriHostNameType.Unknown)
                throw new UsageException($"'{name}' is no host name and no address.");
        try
        {
            Directory.CreateDirectory(directory);
            AssertWhole(directory, "ca");
            using var authority = ReadPair(directory, "ca") ?? MakeAuthority(directory);
            using var present = ReadPair(directory, "server");
            if (present is not null && IsGood(present, authority, names))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{directory}: the server's certificate is good until {present.NotAfter:yyyy-MM-dd}; nothing was changed."));
                return Verb.Ok;
            }

            using var server = MakeServer(directory, authority, names);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{directory}: server.crt for {string.Join(", ", names)}, good until {server.NotAfter:yyyy-MM-dd}. Trust ca.crt where it is used."));
            return Verb.Ok;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new RefusedException($"The certificates in {directory} cannot be read or written ({e.Message.TrimEnd('.')}): name a folder that can be, or take away what is there.");
        }
    }

    private static X509Certificate2 MakeAuthority(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Cafeteria on {Environment.MachineName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = DateTimeOffset.UtcNow;
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now + AuthorityLife);
        WritePair(directory, "ca", certificate.ExportCertificatePem(), key);
        return certificate;
    }

    private static X509Certificate2 MakeServer(string directory, X509Certificate2 authority, string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Cafeteria", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)); // a server's
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        var now = DateTimeOffset.UtcNow;
        var ends = now + ServerLife < authority.NotAfter ? now + ServerLife : authority.NotAfter;
        var certificate = request.Create(authority, now.AddDays(-1), ends, RandomNumberGenerator.GetBytes(16));
        // The whole chain, as servers send it.
        WritePair(directory, "server", $"{certificate.ExportCertificatePem()}\n{authority.ExportCertificatePem()}", key);
        return certificate;
    }

    private static bool IsGood(X509Certificate2 certificate, X509Certificate2 authority, string[] names)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return certificate.NotAfter.ToUniversalTime() > DateTime.UtcNow + RenewBefore && chain.Build(certificate)
            && names.All(name => certificate.MatchesHostname(name, allowWildcards: false) || HasName(certificate, name));
    }

    private static bool HasName(X509Certificate2 certificate, string name) => certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
        .Any(extension => extension.EnumerateDnsNames().Contains(name, StringComparer.OrdinalIgnoreCase));

    private static void AssertWhole(string directory, string name)
    {
        if (File.Exists(Path.Combine(directory, $"{name}.crt")) is var certified && certified == File.Exists(Path.Combine(directory, $"{name}.key")))
            return;
        var (there, missing) = certified ? ($"{name}.crt", $"{name}.key") : ($"{name}.key", $"{name}.crt");
        throw new RefusedException($"{directory} has {there} without {missing}; nothing was changed: put {missing} back, or take {there} away for a new authority.");
    }

    private static X509Certificate2? ReadPair(string directory, string name)
    {
        var (certificate, key) = (Path.Combine(directory, $"{name}.crt"), Path.Combine(directory, $"{name}.key"));
        return File.Exists(certificate) && File.Exists(key) ? X509Certificate2.CreateFromPemFile(certificate, key) : null;
    }

    /// <summary>The key first, and each under its name only when it is whole.</summary>
    private static void WritePair(string directory, string name, string certificates, ECDsa key)
    {
        Write(Path.Combine(directory, $"{name}.key"), key.ExportPkcs8PrivateKeyPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write(
            Path.Combine(directory, $"{name}.crt"), certificates,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    private static void Write(string file, string text, UnixFileMode mode)
    {
        var part = $"{file}.part";
        File.Delete(part);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        using (var writer = new StreamWriter(part, options))
            writer.WriteLine(text);
        File.Move(part, file, overwrite: true);
    }
}
