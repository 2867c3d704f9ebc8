using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using Cafeteria.Accounts;
using Cafeteria.Http;
using Cafeteria.Kitchen;
using Cafeteria.Menu;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Cafeteria.Tracking;

namespace Cafeteria.Operations;

[JsonConverter(typeof(SnakeCaseEnumConverter<HealthPart>))]
internal enum HealthPart
{
    Database,
    Silo,
    Gateway,
    Identity,
    Stock,
    Kitchen,
    Notifications,
}

[JsonConverter(typeof(SnakeCaseEnumConverter<PartState>))]
internal enum PartState
{
    Ok,
    Slow,
    Failing,
    NoAnswer,

    /// <summary>It may be well, but without the database nobody knows.</summary>
    WaitingForDatabase,
    Unreachable,
    StandingBy,
}

/// <param name="Seconds">How long it took to answer, where it was asked.</param>
internal sealed record PartHealth(HealthPart Part, PartState State, double? Seconds = null)
{
    public bool Works => State is PartState.Ok or PartState.Slow;

    public string Word => State switch
    {
        PartState.Ok => "ok",
        PartState.Slow => string.Create(CultureInfo.InvariantCulture, $"slow, {Seconds:0.0} s"),
        PartState.NoAnswer when Part is HealthPart.Notifications => "the order feeds do not answer",
        PartState.NoAnswer => "no answer",
        PartState.WaitingForDatabase => "waiting for the database",
        PartState.Unreachable => "unreachable",
        PartState.StandingBy => "standing by",
        _ => "failing",
    };
}

/// <summary>
/// Asks each part of a cafeteria for something small. Everyone who asks within half a second gets the same answer.
/// </summary>
internal sealed class PartsHealth(
    IGrainFactory grains, IMenuBoard board, IDatabaseHealth database, AccessTokens tokens, LiveOrders live, RequestTimes times)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(0.5);
    private readonly ConcurrentDictionary<string, Asked> _asked = new(StringComparer.Ordinal);

    public Task<IReadOnlyList<PartHealth>> ReadAsync(string tenant)
    {
        var asked = _asked.GetOrAdd(tenant, static _ => new Asked());
        lock (asked)
        {
            if (asked.Answer is null || asked.Answer.IsCompleted && Stopwatch.GetElapsedTime(asked.At) > Fresh)
                (asked.Answer, asked.At) = (AskAsync(tenant), Stopwatch.GetTimestamp());
            return asked.Answer;
        }
    }

    private async Task<IReadOnlyList<PartHealth>> AskAsync(string tenant)
    {
        // On the caller's thread nothing may be called: what hangs would hang the lock.
        await Task.Yield();
        var average = times.Recent.Average;
        var gateway = new PartHealth(HealthPart.Gateway, average > 1 ? PartState.Slow : PartState.Ok, average);
        if (database is not { Serving: true, Reachable: true })
            return
            [
                new(HealthPart.Database, database.Reachable ? PartState.StandingBy : PartState.Unreachable),
                new(HealthPart.Silo, PartState.WaitingForDatabase),
                gateway,
                .. new[] { HealthPart.Identity, HealthPart.Stock, HealthPart.Kitchen, HealthPart.Notifications }
                    .Select(part => new PartHealth(part, PartState.WaitingForDatabase)),
            ];

        var menu = board.GetAsync(tenant).AsTask();
        var silo = AskAsync(HealthPart.Silo, () => grains.GetGrain<IMenuGrain>(GrainKey.For(tenant, "menu")).Read(new MenuVersion(-1, -1, "health")));
        var identity = AskAsync(HealthPart.Identity, () => tokens.KeyAsync(CancellationToken.None).AsTask());
        var stock = AskAsync(HealthPart.Stock, async () =>
        {
            if ((await menu).Items is [var item, ..])
                await grains.GetGrain<IStockItemGrain>(GrainKey.For(tenant, item.Id)).Get();
        });
        var kitchen = AskAsync(HealthPart.Kitchen, async () =>
        {
            var station = (await menu).Stations is [var first, ..] ? first.Id : "main";
            await grains.GetGrain<IKitchenStationGrain>(GrainKey.For(tenant, station)).Get();
        });
        var notifications = new PartHealth(HealthPart.Notifications, live.Listening ? PartState.Ok : PartState.NoAnswer);
        return [new(HealthPart.Database, PartState.Ok), await silo, gateway, await identity, await stock, await kitchen, notifications];
    }

    private static async Task<PartHealth> AskAsync(HealthPart part, Func<Task> ask)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await ask().WaitAsync(Within);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new PartHealth(part, e is TimeoutException ? PartState.NoAnswer : PartState.Failing);
        }

        var took = Stopwatch.GetElapsedTime(started);
        return new PartHealth(part, took < Slow ? PartState.Ok : PartState.Slow, took.TotalSeconds);
    }

    private sealed class Asked
    {
        public Task<IReadOnlyList<PartHealth>>? Answer { get; set; }

        public long At { get; set; }
    }
}
