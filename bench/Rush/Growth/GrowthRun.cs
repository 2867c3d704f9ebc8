using System.Globalization;

namespace Cafeteria.Bench.Rush;

/// <summary>How the cost of an order grows with what there is of everything else.</summary>
internal static class GrowthRun
{
    private static readonly string[] All = ["items", "trackers", "history", "tenants", "hot"];

    public static async Task<int> RunAsync(RushOptions options)
    {
        var wanted = options.Only is { } only ? only.Split(',') : All;
        if (wanted.Except(All).FirstOrDefault() is { } unknown)
            throw new RushException($"--only cannot be '{unknown}': it is one of {string.Join(", ", All)}, or several with commas.");
        var findings = new Findings("", options.Images);
        await using var postgres = await Postgres.StartAsync(options.Disk);
        var pace = TimeSpan.FromSeconds(options.Seconds);
        foreach (var series in wanted)
        {
            Findings.Tell($"growth: {series}");
            findings.Command = string.Create(CultureInfo.InvariantCulture, $"bench/growth --only {series}{(options.SecondsGiven is { } seconds ? $" --seconds {seconds}" : "")}");
            await (series switch
            {
                "items" => new Steps(postgres, findings, pace, options.Connections).ItemsAsync(),
                "tenants" => new Steps(postgres, findings, pace, options.Connections).TenantsAsync(),
                "history" => new Steps(postgres, findings, pace, options.Connections).HistoryAsync(options.History > 0 ? options.History : 1_000_000),
                "trackers" => new Trackers(postgres, findings, pace, options.Connections).RunAsync(),
                _ => new HotItem(postgres, findings, options.Connections).RunAsync(),
            });
        }

        return findings.Conclude();
    }
}
