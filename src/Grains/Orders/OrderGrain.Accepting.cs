using Cafeteria.Storage;
using Orleans.Storage;

namespace Cafeteria.Orders;

/// <summary>How an order comes to be accepted: what it needs is secured, and its write decides.</summary>
internal sealed partial class OrderGrain
{
    /// <summary>An item taken over while we wrote is rare; taken over this often in a row, something is wrong with it.</summary>
    private const int MaxStaleWrites = 3;

    private async Task<OrderState> RetryAsync(OrderState order)
    {
        OrderMetrics.Retried();
        await breakpoints.ReachAsync(Breakpoints.Retrying, _key.Id);
        var now = clock.GetUtcNow();
        switch (await TryAcceptAsync(order))
        {
            case SecuringResult.OutOfStock:
                return await WriteAsync(OrderRules.Reject(order, "out_of_stock", now));
            case SecuringResult.TooManyOpen:
                return await WriteAsync(OrderRules.Reject(order, "too_many_open_orders", now));
            case SecuringResult.NotNow { Reason: var reason }:
                Log.PutOff(logger, _key, reason);
                return await WriteAsync(OrderRules.PutOff(order, options.CurrentValue.Retries, reason, now));
            default:
                return _record.Order!;
        }
    }

    /// <summary>Secures everything the order needs and writes its acceptance. Answers what stood in the way, if anything did.</summary>
    private async Task<SecuringResult> TryAcceptAsync(OrderState order)
    {
        var refused = ImmutableDictionary<string, long>.Empty;
        for (var write = 1; ; write++)
        {
            var securing = new Securing(GrainFactory, _key, order.Student, order.Lines);
            var result = await securing.SecureAsync(refused, options.CurrentValue.SecureWithin);
            if (result is not SecuringResult.All { Secured: var secured })
                return await PlacedBeforeAsync(securing) ?? LetGo(result);
            await breakpoints.ReachAsync(Breakpoints.Held, _key.Id);
            try
            {
                order = await WithNumberAsync(order);
            }
            catch (StorageUnavailableException)
            {
                securing.ReleaseStock(); // nothing was sent to be written, so nothing can be
                throw;
            }

            try
            {
                await WriteAsync(OrderRules.Accept(order, secured, clock.GetUtcNow()));
                await breakpoints.ReachAsync(Breakpoints.Written, _key.Id);
                return result;
            }
            catch (InconsistentStateException) when (!_record.Known)
            {
                // The row that nobody had looked for is there: an earlier request's order, or the mark that there is none.
                if (await PlacedBeforeAsync(securing) is { } before)
                    return before;
                securing.ReleaseStock();
            }
            catch (StaleEpochException exception)
            {
                OrderMetrics.StaleEpoch();
                Log.StaleEpoch(logger, _key, exception.Message);
                if (await PlacedBeforeAsync(securing) is { } before)
                    return before;
                securing.LetGo();
                refused = order.Lines.Zip(secured.Epochs).Where(line => exception.Items.IsEmpty || exception.Items.Contains(line.First.ItemId))
                    .ToImmutableDictionary(line => line.First.ItemId, line => line.Second);
                if (write == MaxStaleWrites)
                    return new SecuringResult.NotNow("stale_epoch");
            }

            SecuringResult LetGo(SecuringResult what)
            {
                if (what is SecuringResult.NotNow)
                    securing.LetGo();
                else
                    securing.GiveUp();
                return what;
            }
        }
    }

    /// <summary>
    /// The order, if it turns out to have been placed by an earlier request. Asked before anything is refused or given back,
    /// for the ticket and the place among the open orders that a new attempt would give back are then that order's own.
    /// </summary>
    private async Task<SecuringResult?> PlacedBeforeAsync(Securing securing)
    {
        if (_record.Known)
            return null;
        try
        {
            if (await ExistingAsync() is not { } order)
                return null;
            if (order.Status.IsFinal())
                securing.GiveUp(); // nobody would ever close its place among the open ones again
            else
                securing.ReleaseStock();
            return new SecuringResult.PlacedBefore(order);
        }
        catch (StorageUnavailableException)
        {
            securing.ReleaseStock();
            throw;
        }
    }

    private async ValueTask<OrderState> WithNumberAsync(OrderState order)
    {
        if (order.Number.Length > 0)
            return order;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(tenants.Value.Known[_key.Tenant].TimeZone);
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(order.PlacedAt, zone).DateTime);
        return order with { Number = OrderNumber.Format(await rows.NextNumberAsync(_key.Tenant, day, CancellationToken.None)) };
    }
}
