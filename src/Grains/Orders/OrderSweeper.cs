using System.Diagnostics;
using System.Runtime.CompilerServices;
using Cafeteria.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Cafeteria.Orders;

/// <summary>
/// The durable timer: finds orders whose <c>due_at</c> has come and advances them. One in every serving process; a claim
/// keeps two of them apart, and an order advanced twice comes to no harm.
/// </summary>
internal sealed partial class OrderSweeper(
    IOrderRows rows,
    IGrainFactory grains,
    IDatabaseHealth database,
    IHostApplicationLifetime lifetime,
    IOptionsMonitor<OrderOptions> options,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock,
    ILogger<OrderSweeper> logger) : BackgroundService
{
    private const int ClaimAtMost = 100;
    private const int InFlight = 16;

    /// <summary>What a timer can tell apart.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly SweepPace _pace = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // From the moment the stop begins: a silo that lets its grains finish refuses every call, and what was claimed meanwhile
        // was hidden from whoever takes over.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        stoppingToken = stopping.Token;

        // Not before all has started: a silo that has not joined its cluster yet knows no silo that could run an order, and
        // the first hundred due after a crash were each refused, logged and put off.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var starting = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        var (looked, accepted) = (Stopwatch.GetTimestamp(), OrderMetrics.AcceptedSoFar);
        while (!stoppingToken.IsCancellationRequested)
        {
            var claimed = database is { Serving: true, Reachable: true } ? await SweepAsync(stoppingToken) : 0;
            var (now, acceptedByNow) = (Stopwatch.GetTimestamp(), OrderMetrics.AcceptedSoFar);
            _pace.See(more: claimed == ClaimAtMost, acceptedByNow - accepted, Stopwatch.GetElapsedTime(looked, now));
            (looked, accepted) = (now, acceptedByNow);
            if (claimed < ClaimAtMost)
                await Task.Delay(options.CurrentValue.SweepEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            var began = Stopwatch.GetTimestamp();
            var due = await rows.ClaimDueAsync(clock.GetUtcNow(), Lease, ClaimAtMost, cancellationToken);
            await Parallel.ForEachAsync(
                InTurnAsync(due, began, cancellationToken), new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken }, AdvanceAsync);
            return due.Length;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception exception) when (Failures.Passing(exception))
        {
            Log.SweepPutOff(logger, exception.Message);
            return 0;
        }
    }

    /// <summary>One after the other at the pace.</summary>
    /// <param name="began">A timestamp from before they were claimed: that takes its time, too.</param>
    private async IAsyncEnumerable<DueOrder> InTurnAsync(
        ImmutableArray<DueOrder> due, long began, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var next = 0; next <= due.Length; next++)
        {
            var early = _pace.TimeFor(next) - Stopwatch.GetElapsedTime(began);
            if (early >= Tick)
                await Task.Delay(early, cancellationToken);
            if (next < due.Length)
                yield return due[next];
        }
    }

    private async ValueTask AdvanceAsync(DueOrder due, CancellationToken cancellationToken)
    {
        try
        {
            // One that hangs is claimed again after its lease, and must not hold up the others for longer.
            await grains.GetGrain<IOrderGrain>(GrainKey.For(due.Tenant, due.OrderId)).Advance().WaitAsync(Lease, cancellationToken);
            OrderMetrics.Swept(advanced: true);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping: it stays due.
        }
        catch (Exception exception)
        {
            // One order's trouble must not stop the others; it is claimed again, later with every try.
            OrderMetrics.Swept(advanced: false);
            Log.NotAdvanced(logger, due.Tenant, due.OrderId, due.Tries, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Warning, "Due orders cannot be claimed now: {Reason}")]
        public static partial void SweepPutOff(ILogger logger, string reason);

        [LoggerMessage(31, LogLevel.Warning, "Order {Tenant}/{OrderId} could not be advanced (try {Tries}): {Reason}")]
        public static partial void NotAdvanced(ILogger logger, string tenant, string orderId, int tries, string reason);
    }
}
