using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cafeteria.Operations;
using Microsoft.Extensions.Configuration;

namespace Cafeteria.Tests.Operations;

public sealed class PrometheusTextTests
{
    [Theory]
    [InlineData("http.server.request.duration", "s", false, "http_server_request_duration_seconds")]
    [InlineData("cafeteria.orders.accepted", "{order}", true, "cafeteria_orders_accepted_total")]
    [InlineData("orleans-app-requests-latency", "ms", false, "orleans_app_requests_latency_seconds")]
    [InlineData("dotnet.gc.heap.total_allocated", "By", true, "dotnet_gc_heap_total_allocated_bytes_total")]
    [InlineData("dotnet.thread_pool.thread.count", "{thread}", false, "dotnet_thread_pool_thread")]
    [InlineData("db.client.operation.npgsql.bytes_read", "By", true, "db_client_operation_npgsql_bytes_read_bytes_total")]
    [InlineData("queueLength", null, false, "queue_length")]
    public void Names_are_as_Prometheus_wants_them(string name, string? unit, bool counter, string expected)
        => Assert.Equal(expected, PrometheusText.NameOf(name, PrometheusText.UnitOf(unit).Name, counter));

    [Fact]
    public void Every_kind_of_instrument_is_written_and_read_back()
    {
        using var meter = new Meter("Cafeteria.Tests.Prometheus");
        using var reader = new MetricsReader(new ConfigurationBuilder().Build());
        meter.CreateCounter<long>("cafeteria.test.counted", "{thing}", "Things \\ counted").Add(3, new KeyValuePair<string, object?>("who", "a \"b\"\n\\c"));
        var histogram = meter.CreateHistogram("cafeteria.test.took", "ms", "How long", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [100, 1000] });
        histogram.Record(50);
        histogram.Record(500);
        histogram.Record(5000);
        meter.CreateUpDownCounter<int>("cafeteria.test.open").Add(7);
        meter.CreateObservableGauge("cafeteria.test.level", () => 1.5);

        var lines = reader.Collect().ToString().Split('\n');

        Assert.Contains("# HELP cafeteria_test_counted_total Things \\\\ counted", lines);
        Assert.Contains("""cafeteria_test_counted_total{who="a \"b\"\n\\c"} 3""", lines);
        Assert.Contains("# TYPE cafeteria_test_took_seconds histogram", lines);
        Assert.Contains("""cafeteria_test_took_seconds_bucket{le="0.1"} 1""", lines);
        Assert.Contains("""cafeteria_test_took_seconds_bucket{le="1"} 2""", lines);
        Assert.Contains("""cafeteria_test_took_seconds_bucket{le="+Inf"} 3""", lines);
        Assert.Contains("cafeteria_test_took_seconds_sum 5.55", lines);
        Assert.Contains("cafeteria_test_took_seconds_count 3", lines);
        Assert.Contains("cafeteria_test_open 7", lines);
        Assert.Contains("cafeteria_test_level 1.5", lines);
    }

    /// <summary>Prometheus' own judge, where it is installed; the text's grammar, everywhere.</summary>
    internal static async Task AssertValidAsync(string text)
    {
        AssertGrammar(text);
        var promtool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "promtool")).FirstOrDefault(File.Exists);
        if (promtool is null)
            return;
        using var process = Process.Start(new ProcessStartInfo(promtool, ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.StandardInput.WriteAsync(text);
        process.StandardInput.Close();
        var said = await process.StandardError.ReadToEndAsync() + await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"promtool says:\n{said}");
    }

    private static void AssertGrammar(string text)
    {
        var types = new Dictionary<string, string>();
        var done = new HashSet<string>();
        string? family = null;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var parts = line.Split(' ');
                Assert.True(types.TryAdd(parts[2], parts[3]), $"{parts[2]} has two types");
                family = parts[2];
                Assert.True(done.Add(family), $"the samples of {family} do not stand together");
                continue;
            }

            if (line[0] == '#')
                continue;
            Assert.Matches("""^[a-z_][a-z0-9_]*(\{([a-z_][a-z0-9_]*="([^"\\]|\\.)*",?)*\})? [-+0-9.eEInfNa]+$""", line);
            Assert.True(family is not null && line.StartsWith(family, StringComparison.Ordinal), $"'{line}' stands outside its family {family}");
        }
    }
}
