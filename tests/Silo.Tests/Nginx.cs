using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Cafeteria.Tests;

/// <summary>A real nginx before two processes.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly TemporaryFolder _folder;

    private Nginx(Process process, TemporaryFolder folder, Uri address) => (_process, _folder, Address) = (process, folder, address);

    public Uri Address { get; }

    /// <summary>
    /// As docs/commands.md says it for a pair: what the first does not serve, the second is asked for; a POST too, but only
    /// when nothing of it can have been done.
    /// </summary>
    public static Task<Nginx> StartAsync(Uri first, Uri second) => StartAsync(Pair(first, second));

    /// <summary>As deploy/nginx says it for a cluster: both serve, and where one cannot be reached, the other is asked.</summary>
    public static Task<Nginx> BeforeClusterAsync(Uri one, Uri other) => StartAsync(Cluster(one, other));

    private static async Task<Nginx> StartAsync(Routes routes)
    {
        var folder = new TemporaryFolder("cafeteria-nginx-");
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{SiloProcess.FreePort()}"));
        var file = Path.Combine(folder.Path, "nginx.conf");
        await File.WriteAllTextAsync(file, Configuration(folder.Path, address.Port, routes));
        var program = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
        var process = Process.Start(new ProcessStartInfo(program, ["-e", "stderr", "-p", folder.Path, "-c", file]) { RedirectStandardError = true })!;
        var nginx = new Nginx(process, folder, address);
        using var http = new HttpClient { BaseAddress = address };
        await Eventually.TrueAsync(
            async () => process.HasExited ? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync()) : await AnswersAsync(http),
            StartLimit, () => "nginx should answer");
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/healthz", UriKind.Relative));
            return answer.StatusCode is HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static Routes Pair(Uri first, Uri second) => new(
        // Never marked as failed: which of the two serves can change at any moment, and asking costs nothing.
        $$"""
            upstream first { server {{first.Authority}} max_fails=0; server {{second.Authority}} max_fails=0 backup; }
            upstream second { server {{second.Authority}} max_fails=0; server {{first.Authority}} max_fails=0 backup; }
        """,
        """
                location / {
                    proxy_pass http://first;
                    proxy_next_upstream error;
                    proxy_intercept_errors on;
                    error_page 503 = @second;
                    error_page 502 504 = @unavailable;
                }

                location @second {
                    proxy_pass http://second;
                    proxy_next_upstream error;
                    error_page 502 504 = @unavailable;
                }
        """);

    private static Routes Cluster(Uri one, Uri other) => new(
        $$"""
            upstream silos {
                zone silos 256k;
                least_conn;
                server {{one.Authority}} max_fails=1 fail_timeout=2s;
                server {{other.Authority}} max_fails=1 fail_timeout=2s;
                keepalive 64;
            }
        """,
        """
                location / {
                    proxy_pass http://silos;
                    proxy_next_upstream error timeout http_503;
                    proxy_next_upstream_tries 2;
                    proxy_next_upstream_timeout 5s;
                    error_page 502 504 = @unavailable;
                }
        """);

    /// <summary>One process, so that its end is the end of all of it.</summary>
    private static string Configuration(string folder, int port, Routes routes) => $$"""
        daemon off;
        master_process off;
        pid {{folder}}/nginx.pid;
        error_log stderr crit;
        events { worker_connections 2048; }
        http {
            access_log off;
            client_body_temp_path {{folder}}/body;
            proxy_temp_path {{folder}}/proxy;
            fastcgi_temp_path {{folder}}/fastcgi;
            uwsgi_temp_path {{folder}}/uwsgi;
            scgi_temp_path {{folder}}/scgi;

        {{routes.Upstreams}}

            server {
                listen 127.0.0.1:{{port}};
                proxy_http_version 1.1;
                proxy_set_header Host $host;
                proxy_set_header Connection "";
                proxy_connect_timeout 1s;
                proxy_buffering off;
                recursive_error_pages on;

        {{routes.Locations}}

                location @unavailable {
                    default_type application/problem+json;
                    add_header Retry-After 1 always;
                    return 503 '{"title":"Try again in a moment","status":503,"code":"unavailable"}';
                }
            }
        }
        """;

    private sealed record Routes(string Upstreams, string Locations);
}
