using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Cafeteria.Tests;

/// <summary>A real nginx in front of a real silo.</summary>
public sealed class NginxTests(NginxTests.Front front) : IClassFixture<NginxTests.Front>
{
    private readonly SiloProcess _silo = front.Silo;
    private readonly Nginx _nginx = front.Nginx;

    [Fact]
    public async Task Http_leads_to_https_and_https_is_http_2_with_the_headers_that_browsers_heed()
    {
        using var client = _nginx.Client();
        using var redirect = await client.GetAsync(new Uri(_nginx.Http, "/menu?x=1"));
        Assert.Equal(HttpStatusCode.PermanentRedirect, redirect.StatusCode);
        Assert.Equal("https://127.0.0.1/menu?x=1", redirect.Headers.Location!.OriginalString);

        using var answer = await client.GetAsync(new Uri(_nginx.Https, "/healthz"));
        Assert.Equal(HttpVersion.Version20, answer.Version);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("max-age=31536000; includeSubDomains", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Contains("default-src 'self'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain("nginx/", answer.Headers.Server.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_are_not_shown_outside()
    {
        using var client = _nginx.Client();
        foreach (var path in (string[])["/metrics", "//metrics", "/metrics/", "/METRICS", "/Metrics/", "/metrics//", "/%6detrics", "/metrics%2F", "/menu/../metrics", "/metrics?x=/"])
        {
            using var outside = await client.GetAsync(new Uri(_nginx.Https.OriginalString.TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            Assert.True(outside.StatusCode is HttpStatusCode.NotFound, $"{path} is answered {outside.StatusCode}");
        }

        Assert.All((string[])["/metrics", "/METRICS/"], path => Assert.Equal(HttpStatusCode.OK, _silo.StatusAsync(path).Result));
    }

    /// <summary>Limits per address would be one limit for all students, or none for who lies, were it otherwise.</summary>
    [Fact]
    public async Task The_silo_sees_the_clients_address_and_not_what_the_client_says_it_is()
    {
        using var client = _nginx.Client();
        for (var i = 0; ; i++)
        {
            using var refused = await client.SendAsync(LoginFrom($"203.0.113.{i}"));
            if (refused.StatusCode is HttpStatusCode.TooManyRequests)
                break;
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.True(i < 5, "Five sign-ins a minute are allowed from one address, and a client made himself several.");
        }

        // Straight to the silo, from a trusted proxy that names another client: a limit of its own.
        using var straight = LoginFrom("203.0.113.200");
        straight.RequestUri = new Uri(_silo.Address, "/api/v1/auth/login");
        straight.Version = HttpVersion.Version11;
        using var other = await client.SendAsync(straight);
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);

        HttpRequestMessage LoginFrom(string address) => new(HttpMethod.Post, new Uri(_nginx.Https, "/api/v1/auth/login"))
        {
            Version = HttpVersion.Version20,
            Headers = { { "X-Forwarded-For", address } },
            Content = new StringContent($$"""{"login":"nobody-{{address}}","password":"wrong"}""", Encoding.UTF8, "application/json"),
        };
    }

    [Fact]
    public async Task Events_arrive_one_by_one_as_they_happen_and_sockets_are_upgraded()
    {
        using var direct = new CafeteriaClient(_silo);
        var student = front.Student;
        var order = (await direct.PlaceAsync(student, null, new Line("water", 1))).Value;

        using var client = _nginx.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_nginx.Https, $"/api/v1/orders/{order.Id}/events"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", student.AccessToken);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(limit.Token));
        // The stream stays open: a proxy that collects would show nothing before the order ends.
        Assert.Equal("event: snapshot", await NextAsync("event: snapshot"));
        Assert.Equal("event: status", await NextAsync("event: status"));

        using var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => _nginx.Trusts(certificate);
        var address = new UriBuilder(_nginx.Https) { Scheme = "wss", Path = $"/ws/v1/order-tracking/{order.Id}", Query = $"access_token={student.AccessToken}" }.Uri;
        await socket.ConnectAsync(address, limit.Token);
        var buffer = new byte[8192];
        var received = await socket.ReceiveAsync(buffer, limit.Token);
        using var frame = JsonDocument.Parse(buffer.AsMemory(0, received.Count));
        Assert.Equal(order.Id, frame.RootElement.GetProperty("orderId").GetString());
        // Tokens stand in the query of both; nobody may find them in a log.
        Assert.DoesNotContain(student.AccessToken, _nginx.Log, StringComparison.Ordinal);

        async Task<string?> NextAsync(string wanted)
        {
            while (await reader.ReadLineAsync(limit.Token) is { } line)
                if (line == wanted)
                    return line;
            return null;
        }
    }

    [Fact]
    public async Task When_no_silo_answers_the_client_gets_a_problem_that_says_to_try_again()
    {
        await using var nginx = await Nginx.StartAsync($"127.0.0.1:{SiloProcess.FreePort()}");
        using var client = nginx.Client();
        using var answer = await client.GetAsync(new Uri(nginx.Https, "/api/v1/menu"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("unavailable", problem.RootElement.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("NONSENSE\r\n\r\n", 0, 400, "invalid_request")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 0, 400, "invalid_request")]
    [InlineData("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", 9_000, 431, "invalid_request")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", 9_000, 431, "invalid_request")]
    [InlineData("POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n", 0, 413, "body_too_large")]
    [InlineData("POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n{}", 70_000, 413, "body_too_large")]
    public async Task What_nginx_refuses_itself_is_a_problem_with_a_code_too(string request, int filling, int status, string code)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var connection = new TcpClient();
        await connection.ConnectAsync("127.0.0.1", _nginx.Https.Port, limit.Token);
        await using var secure = new SslStream(connection.GetStream(), false, (_, certificate, _, _) => _nginx.Trusts(certificate));
        await secure.AuthenticateAsClientAsync("localhost");
        await secure.WriteAsync(Encoding.ASCII.GetBytes(request.Replace("{}", new string('a', filling), StringComparison.Ordinal)), limit.Token);
        var answer = "";
        var some = new byte[4096];
        while (!answer.EndsWith('}') && await secure.ReadAsync(some, limit.Token) is > 0 and var count)
            answer += Encoding.ASCII.GetString(some, 0, count);
        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/problem+json\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Content-Type-Options: nosniff\r\n", answer, StringComparison.Ordinal);
        using var problem = JsonDocument.Parse(answer[answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]);
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
    }

    /// <summary>A container without a shell asks itself: the same program, the same settings.</summary>
    [Fact]
    public async Task The_health_probe_finds_the_silo_by_its_settings_and_says_when_nobody_answers()
    {
        Assert.Equal(0, await ProbeAsync($"http://+:{_silo.Address.Port}"));
        Assert.Equal(1, await ProbeAsync($"http://+:{SiloProcess.FreePort()}"));

        static async Task<int> ProbeAsync(string urls) =>
            (await Tool.RunAsync("dotnet", [SiloProcess.Assembly, "--health"], new Dictionary<string, string> { ["Urls"] = urls }, null)).ExitCode;
    }

    public sealed class Front : IAsyncLifetime
    {
        private readonly TemporaryFolder _secrets = new();

        internal SiloProcess Silo { get; private set; } = null!;

        internal Nginx Nginx { get; private set; } = null!;

        internal Session Student { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
            // As containers get it: the setting is a file of its name.
            _secrets.Write("ConnectionStrings__Cafeteria", database + "\n");
            Silo = await SiloProcess.StartAsync(new SiloSettings()
                .With("SecretsDirectory", _secrets.Path)
                .With("Http:TrustedProxies:0", "127.0.0.0/8")
                .With("Limits:AnonymousPerMinute", "5"));
            await Eventually.TrueAsync(
                () => Task.FromResult(Silo.Log.Count("iut has its first data") > 0), TimeSpan.FromSeconds(30), () => "the first data should be there");
            using var client = new CafeteriaClient(Silo);
            Student = await client.SignInStudentAsync();
            Nginx = await Nginx.StartAsync(Silo.Address.Authority);
        }

        public async Task DisposeAsync()
        {
            if (Nginx is not null)
                await Nginx.DisposeAsync();
            if (Silo is not null)
                await Silo.DisposeAsync();
            _secrets.Dispose();
        }
    }
}
