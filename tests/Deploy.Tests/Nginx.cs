using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Cafeteria.Tests;

/// <summary>The configuration that ships, read by a real nginx.</summary>
internal sealed partial class Nginx : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new("cafeteria-nginx-");
    private readonly string _thumbprint;
    private ServerProcess? _process;

    private Nginx() => _thumbprint = WriteCertificate();

    public Uri Http { get; private set; } = null!;

    public Uri Https { get; private set; } = null!;

    public string Log => _process!.Log;

    /// <param name="silo">Host and port.</param>
    public static Task<Nginx> StartAsync(string silo) =>
        StartWithAsync($"upstream silos {{ server {silo}; keepalive 16; }} upstream others {{ server {silo}; }}");

    /// <summary>Before a process that serves and one that stands by, whichever of the two that is.</summary>
    public static Task<Nginx> BeforePairAsync(Uri first, Uri second) => StartWithAsync(Repository.Read("deploy/nginx/pair.conf")
        .Replace("silo-1:8080", first.Authority, StringComparison.Ordinal)
        .Replace("silo-2:8080", second.Authority, StringComparison.Ordinal));

    /// <summary>Before a cluster. Its silos are named here one by one, because nobody resolves their common name.</summary>
    public static Task<Nginx> BeforeClusterAsync(Uri one, Uri other) => StartWithAsync(ResolvedSilo().Replace(
        Repository.Read("deploy/nginx/upstream.conf").Replace("resolver 127.0.0.11 valid=2s ipv6=off;", "", StringComparison.Ordinal),
        $"server {one.Authority} $1; server {other.Authority} $1;"));

    private static async Task<Nginx> StartWithAsync(string upstream)
    {
        var nginx = new Nginx();
        var (plain, secure) = (SiloProcess.FreePort(), SiloProcess.FreePort());
        (nginx.Http, nginx.Https) = (new Uri($"http://127.0.0.1:{plain}"), new Uri($"https://localhost:{secure}"));
        var folder = nginx._folder;
        folder.Write("upstream.conf", upstream);
        var configuration = folder.Write("nginx.conf", Repository.Read("deploy/nginx/nginx.conf")
            .Replace("listen 8080 ", $"listen 127.0.0.1:{plain} ", StringComparison.Ordinal)
            .Replace("listen 8443 ", $"listen 127.0.0.1:{secure} ", StringComparison.Ordinal)
            .Replace(" /tmp/", $" {folder.Path}/", StringComparison.Ordinal)
            .Replace("/etc/nginx/", $"{folder.Path}/", StringComparison.Ordinal)
            .Replace("worker_rlimit_nofile 65535;", "", StringComparison.Ordinal)
            .Replace("worker_connections 16384;", "worker_connections 2048;", StringComparison.Ordinal));
        _ = (await Tool.RunAsync("/usr/sbin/nginx", "-t", "-q", "-p", folder.Path, "-c", configuration)).Succeeded;
        nginx._process = await ServerProcess.StartAsync(
            "/usr/sbin/nginx", ["-p", folder.Path, "-c", configuration, "-g", "daemon off;"], new Uri(nginx.Http, "/nginx-health"));
        return nginx;
    }

    public bool Trusts(X509Certificate? certificate) => certificate?.GetCertHashString(HashAlgorithmName.SHA256) == _thumbprint;

    /// <summary>Who speaks to the silos by way of it.</summary>
    public CafeteriaClient Cafeteria() => new(Https, (_, certificate, _, _) => Trusts(certificate));

    public HttpClient Client() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => Trusts(certificate) },
    })
    {
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        Timeout = TimeSpan.FromSeconds(20),
    };

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Dispose();
    }

    [GeneratedRegex(@"server silo:8080 resolve ([^;]+);")]
    private static partial Regex ResolvedSilo();

    private string WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10));
        _folder.Write("tls/server.crt", certificate.ExportCertificatePem());
        _folder.Write("tls/server.key", key.ExportPkcs8PrivateKeyPem());
        return certificate.GetCertHashString(HashAlgorithmName.SHA256);
    }
}
