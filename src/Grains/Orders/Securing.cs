using System.Diagnostics;
using System.Runtime.InteropServices;
using Cafeteria.Kitchen;
using Cafeteria.Stock;
using Cafeteria.Students;

namespace Cafeteria.Orders;

/// <summary>What an attempt to place an order holds.</summary>
/// <param name="Epochs">Of each line's item, in the order of the lines.</param>
internal sealed record Secured(string Attempt, ImmutableArray<long> Epochs, ImmutableArray<StationPromise> Promises);

/// <param name="PrepSeconds">Of the line that takes longest there.</param>
internal readonly record struct StationPromise(string StationId, int PrepSeconds, SlotPromise Slot);

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
    // Must be nobody else's, but need not be hard to guess: no client ever sees it.
    private readonly string _attempt = Random.Shared.GetHexString(16, lowercase: true);
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
            var holding = _holding = new Task<HoldResult>[lines.Length];
            for (var line = 0; line < lines.Length; line++)
                holding[line] = Item(lines[line].ItemId).Hold(new HoldStock(
                    order.Id, _attempt, lines[line].Quantity, refusedEpochs.TryGetValue(lines[line].ItemId, out var refused) ? refused : null));
            await WithinAsync([opening, .. holding]);

            if (await opening is { Allowed: false } denied)
                return new SecuringResult.TooManyOpen(denied.Limit);
            if (Array.Exists(holding, hold => hold.Result is HoldResult.Insufficient))
                return new SecuringResult.OutOfStock([.. ShortagesAmong(holding)]);

            var stations = Stations();
            _promised = true;
            var promising = Array.ConvertAll(stations, station => Station(station.Id).Promise(new PromiseSlot(order.Id, _attempt, station.PrepSeconds)));
            await WithinAsync(promising);

            return new SecuringResult.All(new Secured(
                _attempt,
                ImmutableCollectionsMarshal.AsImmutableArray(Array.ConvertAll(holding, hold => ((HoldResult.Held)hold.Result).Epoch)),
                [.. stations.Zip(promising, (station, promise) => new StationPromise(station.Id, station.PrepSeconds, promise.Result))]));

            // In one process most calls are answered already; a timer for each order would cost more than the calls.
            Task WithinAsync(Task[] calls)
            {
                var all = calls.All();
                return all.IsCompleted ? all : all.WaitAsync(Max(within - Stopwatch.GetElapsedTime(started)));
            }
        }
        catch (Exception exception) when (Failures.Passing(exception))
        {
            return new SecuringResult.NotNow(Failures.Reason(exception));
        }
    }

    /// <summary>
    /// Gives back the stock and the slots that this attempt may hold. Not waited for: who does not hear it asks when the lease
    /// runs out.
    /// </summary>
    public void LetGo()
    {
        ReleaseStock();
        if (_promised)
            foreach (var station in lines.Select(line => line.StationId).Distinct())
                Station(station).Withdraw(order.Id).Unawaited();
    }

    /// <summary>
    /// The student's leave, too: there will be no order. Not waited for: the student counts again before refusing anyone. One
    /// that is put off is open, and counts: or a part that is out of reach would let one student order without limit.
    /// </summary>
    public void GiveUp()
    {
        LetGo();
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

    private IEnumerable<Shortage> ShortagesAmong(Task<HoldResult>[] holding)
    {
        for (var line = 0; line < lines.Length; line++)
            if (holding[line].Result is HoldResult.Insufficient { Available: var available })
                yield return new Shortage(lines[line].ItemId, lines[line].Quantity, available);
    }

    /// <summary>Who works for this order, and for how long: as long as the line that takes longest there.</summary>
    private (string Id, int PrepSeconds)[] Stations() => lines is [var only]
        ? [(only.StationId, only.PrepSeconds)]
        : [.. lines.GroupBy(line => line.StationId).Select(station => (station.Key, station.Max(line => line.PrepSeconds)))];

    private static TimeSpan Max(TimeSpan left) => left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private IStockItemGrain Item(string itemId) => grains.GetGrain<IStockItemGrain>(GrainKey.For(order.Tenant, itemId));

    private IKitchenStationGrain Station(string stationId) => grains.GetGrain<IKitchenStationGrain>(GrainKey.For(order.Tenant, stationId));
}
