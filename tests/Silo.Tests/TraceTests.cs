using System.Text.RegularExpressions;

namespace Cafeteria.Tests;

/// <summary>What who reads a trace of an order finds in it, as a collector hears it from a real process.</summary>
public sealed class TraceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>A span, and the span that it stands under, at whatever depth.</summary>
    private static readonly (string Span, string Under)[] Shape =
    [
        ("IOrderGrain/Place", "POST /api/v1/orders"),
        ("IStockItemGrain/Hold", "IOrderGrain/Place"),
        ("IKitchenStationGrain/Promise", "IOrderGrain/Place"),
        ("write orders", "IOrderGrain/Place"),
        ("IOrderGrain/AdvanceSoon", "IOrderGrain/Place"),
        ("IStockItemGrain/Keep", "IOrderGrain/AdvanceSoon"),
        ("IKitchenStationGrain/Queue", "IOrderGrain/AdvanceSoon"),
        ("write orders", "IOrderGrain/AdvanceSoon"),
        ("publish order-events", "IOrderGrain/AdvanceSoon"),
        ("deliver order-events", "publish order-events"),
        ("notify watchers", "deliver order-events"),
    ];

    [Fact]
    public async Task One_trace_tells_of_an_order_from_the_request_to_who_watches_it()
    {
        await using var receiver = await TraceReceiver.StartAsync();
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var settings = RunningCafeteria.Quick(database)
            .With("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address.ToString().TrimEnd('/'))
            .With("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
            .With("OTEL_BSP_SCHEDULE_DELAY", "100");
        await using var silo = await SiloProcess.StartAsync(settings);
        using var client = new CafeteriaClient(silo);
        Session? student = null;
        await Eventually.TrueAsync(
            async () => (await client.LoginAsync("STU-2021-001", "Student1Pass!")) is { Succeeded: true } answer && (student = answer.Value) is not null,
            Limit, () => "the first student should be there");
        // Another order is followed first, so that the feeds know of this process.
        var watched = (await client.PlaceAsync(student!, "watched", new Line("water", 1))).Value;
        await using var events = client.EventsAsync(student!, watched.Id).GetAsyncEnumerator();
        await events.MoveNextAsync();

        _ = (await client.PlaceAsync(student!, "traced", new Line("water", 2))).Value;

        await AssertExampleAsync(silo, receiver);

        Span[] trace = [.. receiver.Spans];
        await Eventually.TrueAsync(
            () =>
            {
                var requests = receiver.Spans.Where(span => span.Name == "POST /api/v1/orders").ToArray();
                trace = requests is [_, var last, ..] ? [.. receiver.Spans.Where(span => span.Trace == last.Trace)] : [.. receiver.Spans];
                return Task.FromResult(requests.Length > 1 && Missing(trace) is null);
            },
            Limit, () => $"there should be {Missing(trace)}, and there is\n{string.Join('\n', trace.Select(span => $"  {Path(trace, span)}"))}");

        Assert.Equal("", Assert.Single(trace, span => span.Name == "POST /api/v1/orders").Parent);
        // A commit is shared: each write points to the one that took it, and that one to its writes.
        foreach (var write in trace.Where(span => span.Name == "write orders"))
        {
            var commit = Assert.Single(receiver.Spans, span => span.Name == "commit orders" && write.Links.Contains(span.Id));
            Assert.Contains(write.Id, commit.Links);
        }
    }

    /// <summary>From a bucket on a dashboard to a request that is in it.</summary>
    private static async Task AssertExampleAsync(SiloProcess silo, TraceReceiver receiver)
    {
        using var http = new HttpClient { BaseAddress = silo.Address };
        Assert.DoesNotContain("trace_id", await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("Accept", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3");
        using var answer = await http.SendAsync(request);
        Assert.Equal("application/openmetrics-text", answer.Content.Headers.ContentType!.MediaType);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.EndsWith("\n# EOF\n", text, StringComparison.Ordinal);
        var examples = Regex.Matches(text, @"(?m)^http_server_request_duration_seconds_bucket\{.*http_route=""/?api/v1/orders/?"".*\} \d+ # \{trace_id=""([0-9a-f]{32})"",span_id=""[0-9a-f]{16}""\} [0-9.]+ \d+\.\d{3}$");
        Assert.NotEmpty(examples);
        await Eventually.TrueAsync(
            () => Task.FromResult(receiver.Spans.Any(span => examples.Any(example => example.Groups[1].Value == span.Trace))), Limit, () => "an example's trace should have been sent");
    }

    private static string? Missing(Span[] trace)
    {
        foreach (var (name, under) in Shape)
            if (!trace.Any(span => Is(span, name) && Ancestors(trace, span).Any(ancestor => Is(ancestor, under))))
                return $"{name} under {under}";
        return null;
    }

    /// <summary>Grain methods are named with their namespace on one host, and without on the other.</summary>
    private static bool Is(Span span, string name) => span.Name == name || span.Name.EndsWith($".{name}", StringComparison.Ordinal);

    private static IEnumerable<Span> Ancestors(Span[] trace, Span span)
    {
        for (var parent = Array.Find(trace, other => other.Id == span.Parent); parent is not null; parent = Array.Find(trace, other => other.Id == parent.Parent))
            yield return parent;
    }

    private static string Path(Span[] trace, Span span) => string.Join(" < ", [span.Name, .. Ancestors(trace, span).Select(ancestor => ancestor.Name)]);
}
