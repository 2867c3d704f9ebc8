using System.Collections.Concurrent;
using System.Diagnostics;

namespace Cafeteria.Menu;

/// <summary>
/// Asks a tenant's menu when somebody reads and the copy is old, never in the background: a copy a little old is answered
/// at once while the next one is fetched, an old one is waited for, but not for long: the silo that has the menu may hang, and
/// all orders of all silos come by here. Readers share one call.
/// </summary>
internal sealed partial class MenuBoard(IGrainFactory grains, ILogger<MenuBoard> logger) : IMenuBoard
{
    private static readonly TimeSpan Fetch = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(2);

    // Nobody read for so long that the prices may be others: a menu that is only busy is worth waiting for.
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PatienceForForgotten = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Copy> _copies = new();

    private sealed class Copy
    {
        public MenuSnapshot? Snapshot { get; set; }
        public long FetchedAt { get; set; }
        public Fetching? Fetching { get; set; }
    }

    private sealed record Fetching(Task Done, long Since);

    public ValueTask<MenuSnapshot> GetAsync(string tenant, CancellationToken cancellationToken = default)
    {
        var copy = CopyOf(tenant);
        if (copy.Snapshot is not { } snapshot)
            return WaitAsync(FetchOnce(tenant, copy).Done, copy, Timeout.InfiniteTimeSpan, cancellationToken);

        var age = Stopwatch.GetElapsedTime(copy.FetchedAt);
        if (age < Fetch)
            return new ValueTask<MenuSnapshot>(snapshot);
        var fetching = FetchOnce(tenant, copy);
        if (age < Wait)
            return new ValueTask<MenuSnapshot>(copy.Snapshot!);
        // Counted from the call's beginning: while a menu hangs, only the first who ask wait at all.
        var left = (age < Forgotten ? Patience : PatienceForForgotten) - Stopwatch.GetElapsedTime(fetching.Since);
        return left > TimeSpan.Zero ? WaitAsync(fetching.Done, copy, left, cancellationToken) : new ValueTask<MenuSnapshot>(copy.Snapshot!);
    }

    public async ValueTask<MenuSnapshot?> GetRecentAsync(string tenant, CancellationToken cancellationToken = default)
    {
        await GetAsync(tenant, cancellationToken);
        var copy = CopyOf(tenant);
        lock (copy)
            return Stopwatch.GetElapsedTime(copy.FetchedAt) < Recent ? copy.Snapshot : null;
    }

    public Task RefreshAsync(string tenant, CancellationToken cancellationToken = default) =>
        FetchAsync(tenant, CopyOf(tenant)).WaitAsync(cancellationToken);

    private Copy CopyOf(string tenant) => _copies.GetOrAdd(tenant, static _ => new Copy());

    private static async ValueTask<MenuSnapshot> WaitAsync(Task fetching, Copy copy, TimeSpan atMost, CancellationToken cancellationToken)
    {
        try
        {
            await fetching.WaitAsync(atMost, cancellationToken);
        }
        catch (TimeoutException) when (copy.Snapshot is not null)
        {
            // The call goes on, and whoever reads after its answer has it.
        }

        return copy.Snapshot!;
    }

    private Fetching FetchOnce(string tenant, Copy copy)
    {
        lock (copy)
        {
            // Started off this thread: the caller may be a grain, whose scheduler must not be held up by it.
            return copy.Fetching ??= new Fetching(Task.Run(() => FetchAndForgetAsync(tenant, copy)), Stopwatch.GetTimestamp());
        }
    }

    private async Task FetchAndForgetAsync(string tenant, Copy copy)
    {
        try
        {
            await FetchAsync(tenant, copy);
        }
        catch (Exception exception) when (copy.Snapshot is not null && Failures.Passing(exception))
        {
            Log.Stale(logger, tenant, exception.Message); // an old menu is better than none; stock decides for itself
        }
        finally
        {
            lock (copy)
                copy.Fetching = null;
        }
    }

    private async Task FetchAsync(string tenant, Copy copy)
    {
        var asked = Stopwatch.GetTimestamp();
        var menu = grains.GetGrain<IMenuGrain>(GrainKey.For(tenant, "menu"));
        var news = await menu.Read(copy.Snapshot?.Version);
        lock (copy)
        {
            if (asked < copy.FetchedAt)
                return; // a later question was answered first
            copy.Snapshot = news ?? copy.Snapshot;
            copy.FetchedAt = asked;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Warning, "The menu of {Tenant} could not be asked; the copy at hand is used: {Reason}")]
        public static partial void Stale(ILogger logger, string tenant, string reason);
    }
}
