using System.ComponentModel.DataAnnotations;

namespace Cafeteria.Operations;

internal sealed class ChaosRequest
{
    [Required]
    public ChaosPart? Part { get; init; }

    [Required]
    public ChaosMode? Mode { get; init; }

    /// <summary>The share of calls that suffer it: over 0, to 1. All of them unless given.</summary>
    public double? Rate { get; init; }

    /// <summary>Seconds until it ends by itself, 1 to 600. 30 unless given.</summary>
    public int? For { get; init; }

    /// <summary>How much longer a call takes, in mode latency: 50 to 10000 milliseconds. 1500 unless given.</summary>
    public int? LatencyMs { get; init; }
}

/// <param name="Enabled">Whether anything may be made to fail here.</param>
/// <param name="Faults">What is made to fail now.</param>
internal sealed record ChaosResponse(bool Enabled, IReadOnlyList<FaultResponse> Faults)
{
    public static ChaosResponse Of(IChaos chaos, string tenant)
        => new(chaos.Allowed, [.. chaos.Active.Where(fault => fault.Tenant == tenant).OrderBy(fault => fault.Part).Select(fault => FaultResponse.Of(fault, chaos))]);
}

/// <param name="LatencyMs">In mode latency; else null.</param>
/// <param name="Struck">Calls that have suffered it, in the process that answers.</param>
internal sealed record FaultResponse(
    ChaosPart Part, ChaosMode Mode, double Rate, int? LatencyMs, DateTimeOffset StartedAt, DateTimeOffset EndsAt, string By, long Struck)
{
    public static FaultResponse Of(Fault fault, IChaos chaos) => new(
        fault.Part, fault.Mode, fault.Rate, fault.Mode is ChaosMode.Latency ? (int)fault.Latency.TotalMilliseconds : null,
        fault.StartedAt, fault.EndsAt, fault.By, chaos.Struck(fault));
}
