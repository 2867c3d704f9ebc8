using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Cafeteria.Tests;

/// <summary>The rules by promtool, and their way to people through a real Alertmanager.</summary>
public sealed class AlertTests
{
    [Fact]
    public async Task Each_alert_fires_when_it_should_and_not_just_short_of_it()
    {
        var answer = await Tool.RunAsync("promtool", ["test", "rules", "alerts.test.yml"], null, Repository.PathOf("deploy/prometheus"));
        Assert.True(answer.ExitCode == 0, answer.Output + answer.Errors);
        using var documents = await Tool.YamlAsync(Repository.PathOf("deploy/prometheus/alerts.yml"), Repository.PathOf("deploy/prometheus/alerts.test.yml"));
        var alerts = documents.RootElement.EnumerateObject().First().Value[0].GetProperty("groups")[0].GetProperty("rules").EnumerateArray()
            .Select(rule => rule.GetProperty("alert").GetString()!).ToArray();
        Assert.Equal(11, alerts.Length);
        var cases = documents.RootElement.EnumerateObject().Last().Value[0].GetProperty("tests").EnumerateArray()
            .SelectMany(test => test.GetProperty("alert_rule_test").EnumerateArray())
            .Select(test => (Alert: test.GetProperty("alertname").GetString()!, Fires: test.GetProperty("exp_alerts").GetArrayLength() > 0)).ToArray();
        Assert.All(alerts, alert => Assert.True(
            cases.Contains((alert, true)) && cases.Contains((alert, false)), $"{alert} has to be shown firing and not firing."));
    }

    [Fact]
    public async Task Prometheus_understands_the_configuration_of_the_stacks()
    {
        using var folder = new TemporaryFolder();
        folder.Write("alerts.yml", Repository.Read("deploy/prometheus/alerts.yml"));
        var configuration = folder.Write("prometheus.yml", Repository.Read("deploy/prometheus/prometheus.yml").Replace("/etc/prometheus/", "", StringComparison.Ordinal));
        var answer = await Tool.RunAsync("promtool", "check", "config", configuration);
        Assert.True(answer.ExitCode == 0, answer.Output + answer.Errors);
        var blackbox = await Tool.RunAsync("prometheus-blackbox-exporter", $"--config.file={Repository.PathOf("deploy/blackbox/blackbox.yml")}", "--config.check");
        Assert.True(blackbox.ExitCode == 0, blackbox.Output + blackbox.Errors);
    }

    [Theory, InlineData(false, false), InlineData(true, false), InlineData(false, true), InlineData(true, true)]
    public async Task Whatever_channels_are_configured_Alertmanager_understands_it(bool slack, bool mail)
    {
        using var folder = new TemporaryFolder();
        folder.Write("secrets/alert_slack_url", "https://hooks.example.edu/services/1");
        folder.Write("secrets/alert_smtp_password", "it's \"secret\"");
        var environment = Environment(folder);
        environment["ALERT_CHECK_ONLY"] = "1";
        if (slack)
            environment["ALERT_SLACK_CHANNEL"] = "#ops & 'friends'";
        if (mail)
            (environment["ALERT_EMAIL_TO"], environment["ALERT_SMTP_HOST"], environment["ALERT_SMTP_USER"]) = ("ops@example.edu", "smtp.example.edu:587", "o'ps|1");
        var configuration = folder.Write("made.yml", (await Tool.RunAsync("sh", [Repository.PathOf("deploy/alertmanager/start.sh")], environment, null)).Succeeded);
        var answer = await Tool.RunAsync("amtool", "check-config", configuration);
        Assert.True(answer.ExitCode == 0, answer.Output + answer.Errors);
        Assert.Equal(slack, File.ReadAllText(configuration).Contains("slack_configs", StringComparison.Ordinal));
        Assert.Equal(mail, File.ReadAllText(configuration).Contains("email_configs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_alert_reaches_Slack_and_the_mailbox_and_what_follows_from_it_is_kept_quiet()
    {
        using var folder = new TemporaryFolder();
        await using var slack = new Sink();
        await using var mail = new Sink(smtp: true);
        folder.Write("secrets/alert_slack_url", $"http://127.0.0.1:{slack.Port}/services/1");
        var environment = Environment(folder);
        environment["ALERT_SLACK_CHANNEL"] = "#ops";
        environment["ALERT_EMAIL_TO"] = "ops@example.edu";
        environment["ALERT_SMTP_HOST"] = $"127.0.0.1:{mail.Port}";
        environment["ALERT_SMTP_TLS"] = "false";
        environment["ALERT_ENVIRONMENT"] = "staging";
        environment["ALERT_RUNBOOKS"] = "https://git.example.edu/a&b/";
        var address = new Uri($"http://127.0.0.1:{SiloProcess.FreePort()}");
        await using var server = await ServerProcess.StartAsync(
            "sh", [Repository.PathOf("deploy/alertmanager/start.sh"), $"--web.listen-address={address.Authority}"], new Uri(address, "/-/ready"), environment);

        using var http = new HttpClient { BaseAddress = address };
        using var posted = await http.PostAsJsonAsync("/api/v2/alerts", new[]
        {
            Alert("ServiceDown", "critical", "The silo 10.0.0.1 has not answered", "docs/operations.md#a-silo-died"),
            Alert("GatewayHighLatency", "critical", "Requests take 1.5 s", "docs/operations.md#orders-are-slow"),
        });
        posted.EnsureSuccessStatusCode();

        await Eventually.TrueAsync(
            () => Task.FromResult(slack.Heard.Contains("a-silo-died", StringComparison.Ordinal) && mail.Heard.Contains("\r\n.\r\n", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(30), () => $"both should have heard of it.\nSlack: {slack.Heard}\nMail: {mail.Heard}\n{server.Log}");
        Assert.Contains("[staging] firing: ServiceDown", slack.Heard, StringComparison.Ordinal);
        Assert.Contains("#ops", slack.Heard, StringComparison.Ordinal);
        Assert.Contains("RCPT TO:<ops@example.edu>", mail.Heard, StringComparison.Ordinal);
        Assert.Contains("[staging] firing: ServiceDown", mail.Heard, StringComparison.Ordinal);
        Assert.All((string[])[slack.Heard.Replace("\\u0026", "&", StringComparison.Ordinal), mail.Heard], heard => Assert.Contains("https://git.example.edu/a&b/docs/operations.md#a-silo-died", heard, StringComparison.Ordinal));

        var alerts = await http.GetFromJsonAsync<JsonElement>("/api/v2/alerts");
        var follower = alerts.EnumerateArray().Single(alert => alert.GetProperty("labels").GetProperty("alertname").GetString() == "GatewayHighLatency");
        Assert.Equal("suppressed", follower.GetProperty("status").GetProperty("state").GetString());
        Assert.DoesNotContain("Requests take", slack.Heard + mail.Heard, StringComparison.Ordinal);
    }

    private static object Alert(string name, string severity, string summary, string runbook) => new
    {
        labels = new Dictionary<string, string> { ["alertname"] = name, ["severity"] = severity },
        annotations = new Dictionary<string, string> { ["summary"] = summary, ["action"] = "Read its log.", ["runbook"] = runbook },
    };

    private static Dictionary<string, string> Environment(TemporaryFolder folder) => new()
    {
        ["ALERTMANAGER"] = "prometheus-alertmanager",
        ["ALERT_SECRETS"] = Path.Combine(folder.Path, "secrets"),
        ["ALERT_CONFIG"] = Path.Combine(folder.Path, "alertmanager.yml"),
        ["ALERT_STORAGE"] = Path.Combine(folder.Path, "storage"),
        ["ALERT_EXTERNAL_URL"] = "http://alerts.example.edu",
    };

    /// <summary>Takes everything it is sent: as an HTTP server that answers 200, or as a mail server that accepts.</summary>
    private sealed class Sink : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _ended = new();
        private readonly StringBuilder _heard = new();
        private readonly Task _listening;

        public Sink(bool smtp = false)
        {
            _listener.Start();
            _listening = ListenAsync(smtp);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public string Heard
        {
            get
            {
                lock (_heard)
                    return _heard.ToString();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _ended.CancelAsync();
            _listener.Stop();
            await _listening;
            _ended.Dispose();
        }

        private async Task ListenAsync(bool smtp)
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync(_ended.Token);
                    await (smtp ? TakeMailAsync(client.GetStream()) : TakeRequestAsync(client.GetStream()));
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
                // The test is over.
            }
        }

        private async Task TakeRequestAsync(NetworkStream stream)
        {
            var request = "";
            var buffer = new byte[8192];
            while (!IsWhole(request))
            {
                var read = await stream.ReadAsync(buffer, _ended.Token);
                if (read == 0)
                    break;
                request += Encoding.UTF8.GetString(buffer, 0, read);
            }

            lock (_heard)
                _heard.Append(request);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8.ToArray(), _ended.Token);

            static bool IsWhole(string request)
            {
                var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                var length = request.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
                return end >= 0 && length is not null && Encoding.UTF8.GetByteCount(request[(end + 4)..]) >= int.Parse(length[15..], System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        private async Task TakeMailAsync(NetworkStream stream)
        {
            using var reader = new StreamReader(stream);
            await AnswerAsync("220 sink");
            var body = false;
            while (await reader.ReadLineAsync(_ended.Token) is { } line)
            {
                lock (_heard)
                    _heard.Append(line).Append("\r\n");
                if (body && line != ".")
                    continue;
                body = line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase);
                await AnswerAsync(body ? "354 go on" : line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase) ? "221 bye" : "250 ok");
            }

            Task AnswerAsync(string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), _ended.Token).AsTask();
        }
    }
}
