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

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not before all has started: a silo that has not joined its cluster yet knows no silo that could run an order, and
        // the first hundred due after a crash were each refused, logged and put off.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var starting = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        while (!stoppingToken.IsCancellationRequested)
        {
            var claimed = database is { Serving: true, Reachable: true } ? await SweepAsync(stoppingToken) : 0;
            if (claimed < ClaimAtMost)
                await Task.Delay(options.CurrentValue.SweepEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            var due = await rows.ClaimDueAsync(clock.GetUtcNow(), Lease, ClaimAtMost, cancellationToken);
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken }, AdvanceAsync);
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

    private async ValueTask AdvanceAsync(DueOrder due, CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<IOrderGrain>(GrainKey.For(due.Tenant, due.OrderId)).Advance();
            OrderMetrics.Swept(advanced: true);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
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
