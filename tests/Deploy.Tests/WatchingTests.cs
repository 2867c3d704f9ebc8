using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;

namespace Cafeteria.Tests;

/// <summary>A silo with traffic, scraped by a real Prometheus: every query that somebody will look at is run.</summary>
public sealed partial class WatchingTests : IAsyncLifetime
{
    // Nothing was rejected, given back or late while we looked: these have nothing to show.
    private static readonly string[] Idle = ["rejected later", "tries"];

    private readonly TemporaryFolder _folder = new();
    private string _database = null!;
    private SiloProcess _silo = null!;
    private Nginx _nginx = null!;
    private ServerProcess _blackbox = null!;
    private ServerProcess _prometheus = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        _silo = await SiloProcess.StartAsync(new SiloSettings { ConnectionString = _database });
        _nginx = await Nginx.StartAsync(_silo.Address.Authority);
        var (blackbox, prometheus) = ($"127.0.0.1:{SiloProcess.FreePort()}", $"127.0.0.1:{SiloProcess.FreePort()}");
        _blackbox = await ServerProcess.StartAsync(
            "prometheus-blackbox-exporter", [$"--config.file={Repository.PathOf("deploy/blackbox/blackbox.yml")}", $"--web.listen-address={blackbox}"], new Uri($"http://{blackbox}/-/healthy"));
        folderWrite();
        _prometheus = await ServerProcess.StartAsync(
            "prometheus", [$"--config.file={Path.Combine(_folder.Path, "prometheus.yml")}", $"--storage.tsdb.path={_folder.Path}/data", $"--web.listen-address={prometheus}"], new Uri($"http://{prometheus}/-/ready"));
        _http = new HttpClient { BaseAddress = new Uri($"http://{prometheus}") };

        void folderWrite() => _folder.Write("prometheus.yml", $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: ["{{Repository.PathOf("deploy/prometheus/alerts.yml")}}"]
            scrape_configs:
              - job_name: cafeteria
                static_configs: [{ targets: ["{{_silo.Address.Authority}}"] }]
              - job_name: front
                metrics_path: /probe
                params: { module: [front] }
                static_configs: [{ targets: ["{{_nginx.Https}}healthz"] }]
                relabel_configs:
                  - { source_labels: [__address__], target_label: __param_target }
                  - { target_label: __address__, replacement: "{{blackbox}}" }
            """);
    }

    public async Task DisposeAsync()
    {
        _http?.Dispose();
        foreach (var server in (IAsyncDisposable?[])[_prometheus, _blackbox, _nginx, _silo])
            if (server is not null)
                await server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_panel_shows_something_every_alert_can_be_asked_and_the_books_are_added_up()
    {
        await MakeTrafficAsync();

        var failures = new List<string>();
        await Eventually.TrueAsync(
            async () =>
            {
                failures.Clear();
                foreach (var (panel, legend, query) in Panels())
                    if ((await AskAsync(query)).GetArrayLength() == 0 && !Idle.Contains(legend))
                        failures.Add($"{panel} ({legend}) is empty: {query}");
                foreach (var metric in AlertMetrics().Where(metric => metric != "certmanager_certificate_expiration_timestamp_seconds"))
                    if ((await AskAsync($"count({metric})")).GetArrayLength() == 0)
                        failures.Add($"No {metric}, which an alert is about");
                return failures.Count == 0;
            },
            TimeSpan.FromSeconds(45),
            () => $"every panel should show something:\n{string.Join('\n', failures)}");

        // As the adapter asks for the autoscaler, with the labels that a cluster's scrape adds left out.
        var scaling = (await KubernetesTests.AdapterRuleAsync()).GetProperty("metricsQuery").GetString()!
            .Replace("<<.Series>>", "cafeteria_orders_admission_in_flight", StringComparison.Ordinal)
            .Replace("<<.LabelMatchers>>", "", StringComparison.Ordinal)
            .Replace("<<.GroupBy>>", "instance", StringComparison.Ordinal);
        Assert.Equal(1, (await AskAsync(scaling)).GetArrayLength());

        var rules = await _http.GetFromJsonAsync<JsonElement>("/api/v1/rules");
        Assert.All(rules.GetProperty("data").GetProperty("groups")[0].GetProperty("rules").EnumerateArray(), rule => Assert.Equal("ok", rule.GetProperty("health").GetString()));

        // The books: 0 for every dish, whatever was sold; and not once a row says otherwise than the grain.
        Assert.All((await AskAsync("cafeteria_books_difference")).EnumerateArray(), sample => Assert.Equal("0", sample.GetProperty("value")[1].GetString()));
        await ExecuteAsync("update stock_head set received = received + 5 where tenant = 'iut' and item = 'soup'");
        await Eventually.TrueAsync(
            async () => (await AskAsync("cafeteria_books_difference{item=\"soup\"} == 5")).GetArrayLength() == 1,
            TimeSpan.FromSeconds(30), () => "five portions that nobody received should show as a difference of five");
    }

    /// <summary>What a lunch makes: orders taken, refused, cooked, handed over, watched; sign-ins good and bad.</summary>
    private async Task MakeTrafficAsync()
    {
        await Eventually.TrueAsync(
            () => Task.FromResult(_silo.Log.Count("iut has its first data") > 0), TimeSpan.FromSeconds(30), () => "the first data should be there");
        using var client = new CafeteriaClient(_silo);
        var (student, kitchen) = (await client.SignInStudentAsync(), await client.SignInAsync("kitchen1", "Password@123"));
        Assert.False((await client.LoginAsync("student1", "wrong")).Succeeded);
        var first = (await client.PlaceAsync(student, null, new Line("water", 1), new Line("cola", 2))).Value;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await foreach (var happened in client.EventsAsync(student, first.Id, cancellationToken: limit.Token))
        {
            if (happened.Type != "ping" && happened.Order.Status == "ready")
                _ = (await client.SendAsync<Order>(kitchen, HttpMethod.Post, $"orders/{first.Id}/complete")).Value;
        }

        Assert.Equal("out_of_stock", (await client.PlaceAsync(student, "key", new Line("special", 4))).Code);
        for (var i = 0; i < 5; i++)
            _ = (await client.PlaceAsync(student, null, new Line("cola", 1))).Value;
    }

    private static IEnumerable<(string Panel, string Legend, string Query)> Panels()
    {
        foreach (var file in Repository.Files("deploy/grafana/dashboards", "*.json"))
        {
            using var dashboard = JsonDocument.Parse(Repository.Read(file));
            foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
                foreach (var target in panel.GetProperty("targets").EnumerateArray())
                    yield return (
                        $"{Path.GetFileName(file)}: {panel.GetProperty("title").GetString()}", target.GetProperty("legendFormat").GetString()!,
                        target.GetProperty("expr").GetString()!
                            .Replace("$tenant", ".*", StringComparison.Ordinal)
                            .Replace("$__rate_interval", "1m", StringComparison.Ordinal)
                            .Replace("$__range", "5m", StringComparison.Ordinal));
        }
    }

    private static IEnumerable<string> AlertMetrics() => Repository.Read("deploy/prometheus/alerts.yml").Split('\n')
        .Where(line => !line.Contains("action:", StringComparison.Ordinal) && !line.Contains("summary:", StringComparison.Ordinal))
        .SelectMany(line => Metric().Matches(line).Select(match => match.Value)).Distinct();

    /// <summary>The result of an instant query; fails with Prometheus' own words.</summary>
    private async Task<JsonElement> AskAsync(string query)
    {
        using var answer = await _http.GetAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative));
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{query}\n{body}");
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("data").GetProperty("result").Clone();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        Assert.True(await command.ExecuteNonQueryAsync() > 0, string.Create(CultureInfo.InvariantCulture, $"{sql} changed nothing."));
    }

    [GeneratedRegex(@"\b(?:cafeteria|http_server|probe|certmanager)_[a-z_]+\b|\bup\b")]
    private static partial Regex Metric();
}
