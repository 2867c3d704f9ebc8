using System.Diagnostics;
using System.Security.Cryptography;
using Cafeteria.Kitchen;
using Cafeteria.Stock;
using Cafeteria.Students;

namespace Cafeteria.Orders;

/// <summary>What an attempt to place an order holds: of each item the epoch, of each station the promise.</summary>
internal sealed record Secured(
    string Attempt,
    ImmutableDictionary<string, long> Epochs,
    ImmutableDictionary<string, SlotPromise> Promises);

internal abstract record SecuringResult
{
    public sealed record All(Secured Secured) : SecuringResult;

    /// <summary>An earlier request placed it.</summary>
    public sealed record PlacedBefore(OrderState Order) : SecuringResult;

    public sealed record OutOfStock(ImmutableArray<Shortage> Items) : SecuringResult;

    public sealed record TooManyOpen(int Limit) : SecuringResult;

    /// <summary>A part did not answer in time, or not now. Whether it holds something is unknown.</summary>
    public sealed record NotNow(string Reason) : SecuringResult;
}

/// <summary>
/// One attempt to have everything an order needs: the student's leave, every line's stock, every station's slot. The
/// kitchen is asked last, for a sold-out rush would book its slots only to give them back.
/// </summary>
internal sealed class Securing(IGrainFactory grains, GrainKey order, string student, ImmutableArray<OrderLine> lines)
{
    private readonly string _attempt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private Task<HoldResult>[] _holding = [];
    private bool _promised;

    /// <param name="refusedEpochs">By item: the epoch that an accepting write was just refused under.</param>
    public async Task<SecuringResult> SecureAsync(
        ImmutableDictionary<string, long> refusedEpochs, TimeSpan within)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var opening = grains.GetGrain<IStudentGrain>(GrainKey.For(order.Tenant, student)).Open(order.Id);
            var holding = _holding = lines.Select(line => Item(line.ItemId).Hold(new HoldStock(
                order.Id, _attempt, line.Quantity, refusedEpochs.TryGetValue(line.ItemId, out var refused) ? refused : null))).ToArray();
            await WithinAsync(Task.WhenAll([opening, .. holding]));

            if (await opening is { Allowed: false } denied)
                return new SecuringResult.TooManyOpen(denied.Limit);
            var shortages = lines.Zip(holding, (line, hold) => (line, Insufficient: hold.Result as HoldResult.Insufficient))
                .Where(pair => pair.Insufficient is not null)
                .Select(pair => new Shortage(pair.line.ItemId, pair.line.Quantity, pair.Insufficient!.Available)).ToImmutableArray();
            if (!shortages.IsEmpty)
                return new SecuringResult.OutOfStock(shortages);

            var stations = lines.GroupBy(line => line.StationId).ToArray();
            _promised = true;
            var promising = stations.Select(station => Station(station.Key).Promise(
                new PromiseSlot(order.Id, _attempt, station.Max(line => line.PrepSeconds)))).ToArray();
            await WithinAsync(Task.WhenAll(promising));

            return new SecuringResult.All(new Secured(
                _attempt,
                lines.Zip(holding).ToImmutableDictionary(pair => pair.First.ItemId, pair => ((HoldResult.Held)pair.Second.Result).Epoch),
                stations.Zip(promising).ToImmutableDictionary(pair => pair.First.Key, pair => pair.Second.Result)));

            // In one process most calls are answered already; a timer for each order would cost more than the calls.
            Task WithinAsync(Task calls) => calls.IsCompleted ? calls : calls.WaitAsync(Max(within - Stopwatch.GetElapsedTime(started)));
        }
        catch (Exception exception) when (Failures.Passing(exception))
        {
            return new SecuringResult.NotNow(Failures.Reason(exception));
        }
    }

    /// <summary>
    /// Gives back everything this attempt may hold, for an order that is not there. Not waited for: who does not hear it asks
    /// when the lease runs out, and the student counts again before refusing anyone.
    /// </summary>
    public void LetGo()
    {
        ReleaseStock();
        if (_promised)
            foreach (var station in lines.Select(line => line.StationId).Distinct())
                Station(station).Withdraw(order.Id).Unawaited();
        grains.GetGrain<IStudentGrain>(GrainKey.For(order.Tenant, student)).Close(order.Id).Unawaited();
    }

    /// <summary>
    /// Gives back what is this attempt's alone, whether there is such an order or not. An item that said it has too little
    /// holds nothing: it would remember the release, for the hold might be on its way, thousands of them in a sold-out rush.
    /// </summary>
    public void ReleaseStock()
    {
        for (var line = 0; line < _holding.Length; line++)
            if (_holding[line] is not { IsCompletedSuccessfully: true, Result: HoldResult.Insufficient })
                Item(lines[line].ItemId).Release(order.Id, _attempt).Unawaited();
    }

    private static TimeSpan Max(TimeSpan left) => left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private IStockItemGrain Item(string itemId) => grains.GetGrain<IStockItemGrain>(GrainKey.For(order.Tenant, itemId));

    private IKitchenStationGrain Station(string stationId) => grains.GetGrain<IKitchenStationGrain>(GrainKey.For(order.Tenant, stationId));
}
