using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Cafeteria.Operations;

/// <summary>Collects every meter of the process into text when asked to.</summary>
internal sealed class MetricsReader : IDisposable
{
    private static readonly string[] Meters =
    [
        "Cafeteria", "Cafeteria.*", "Microsoft.Orleans", "Npgsql", "System.Runtime",
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
    ];

    private readonly TextExporter _exporter = new();
    private readonly MeterProvider _provider;
    private readonly Lock _gate = new();

    public MetricsReader(IConfiguration configuration)
    {
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(Meters)
            // Without traces there is nothing that an example could lead to.
            .SetExemplarFilter(Telemetry.IsOn(configuration) ? ExemplarFilterType.TraceBased : ExemplarFilterType.AlwaysOff)
            .AddReader(new BaseExportingMetricReader(_exporter)).Build();
    }

    /// <param name="openMetrics">In OpenMetrics, with examples.</param>
    public PrometheusText Collect(bool openMetrics = false)
    {
        lock (_gate)
        {
            _exporter.Text = new PrometheusText(openMetrics);
            _exporter.Collect!(2000);
            return _exporter.Text;
        }
    }

    public void Dispose() => _provider.Dispose();

    [ExportModes(ExportModes.Pull)]
    private sealed class TextExporter : BaseExporter<Metric>, IPullMetricExporter
    {
        public PrometheusText Text { get; set; } = new();

        public Func<int, bool>? Collect { get; set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
                Text.Add(metric);
            return ExportResult.Success;
        }
    }
}
