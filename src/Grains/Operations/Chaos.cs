using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Cafeteria.Operations;

/// <summary>Configuration section <c>Chaos</c>.</summary>
public sealed class ChaosOptions
{
    public const string Section = "Chaos";

    /// <summary>Whether admins may make parts fail on purpose; unless set: yes, but not in Production.</summary>
    public bool? Enabled { get; set; }

    public static bool Allows(IConfiguration configuration, IHostEnvironment environment)
        => configuration.GetSection(Section).Get<ChaosOptions>()?.Enabled ?? !environment.IsProduction();
}

/// <summary>Keeps what this process knows of the faults as the cluster has them.</summary>
internal sealed partial class Chaos(
    KnownFaults faults, IGrainFactory grains, IConfiguration configuration, IHostEnvironment environment, ILogger<Chaos> logger)
    : BackgroundService, IChaos
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private int _changes;

    public bool Allowed { get; } = ChaosOptions.Allows(configuration, environment);

    public ImmutableArray<Fault> Active => faults.Active;

    private IChaosGrain Grain => grains.GetGrain<IChaosGrain>(IChaosGrain.Key);

    public Fault? Strike(ChaosPart part, string tenant) => faults.Strike(part, tenant);

    public long Struck(Fault fault) => faults.Struck(fault);

    public async Task BeginAsync(Fault fault)
    {
        Interlocked.Increment(ref _changes);
        faults.Learn(await Grain.Begin(fault));
        LogBegun(fault.Part, fault.Tenant, fault.Mode, fault.Rate, fault.EndsAt, fault.By);
    }

    public async Task HealAsync(string tenant, ChaosPart? part)
    {
        Interlocked.Increment(ref _changes);
        faults.Learn(await Grain.Heal(tenant, part));
        LogHealed(part?.ToString() ?? "Everything", tenant);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var changes = Volatile.Read(ref _changes);
            var active = await Grain.Active().WaitAsync(LookEvery, cancellationToken);
            // What was asked for before somebody here changed it must not undo the change.
            if (changes == Volatile.Read(ref _changes))
                faults.Learn(active);
        }
        catch (Exception exception) when (Failures.Passing(exception))
        {
            // The silo is starting, stopping or standing by; what is known ends by itself.
        }
    }

    [LoggerMessage(60, LogLevel.Warning, "{Part} of {Tenant} is made to fail on purpose ({Mode}, rate {Rate}) until {Until}, by {By}")]
    private partial void LogBegun(ChaosPart part, string tenant, ChaosMode mode, double rate, DateTimeOffset until, string by);

    [LoggerMessage(61, LogLevel.Warning, "{Part} of {Tenant} is healed of what was on purpose")]
    private partial void LogHealed(string part, string tenant);
}
