using System.Diagnostics;
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
            var due = await rows.ClaimDueAsync(clock.GetUtcNow(), Lease, ClaimAtMost, cancellationToken);
            foreach (var handful in due.Chunk(_pace.AtOnce))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var began = Stopwatch.GetTimestamp();
                await Task.WhenAll(handful.Select(one => AdvanceAsync(one, cancellationToken)));
                var rest = _pace.ApartBy(handful.Length) - Stopwatch.GetElapsedTime(began);
                if (rest >= TimeSpan.FromMilliseconds(1))
                    await Task.Delay(rest, cancellationToken);
            }

            return due.Length;
        }
        catch (Exception exception) when (Failures.Passing(exception))
        {
            Log.SweepPutOff(logger, exception.Message);
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    private async Task AdvanceAsync(DueOrder due, CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<IOrderGrain>(GrainKey.For(due.Tenant, due.OrderId)).Advance();
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
