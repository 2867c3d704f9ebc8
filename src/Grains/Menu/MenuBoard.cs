using System.Collections.Concurrent;
using System.Diagnostics;

namespace Cafeteria.Menu;

/// <summary>
/// Asks a tenant's menu when somebody reads and the copy is old, never in the background: a copy a little old is answered
/// at once while the next one is fetched, an old one is waited for. Readers share one call.
/// </summary>
internal sealed partial class MenuBoard(IGrainFactory grains, ILogger<MenuBoard> logger) : IMenuBoard
{
    private static readonly TimeSpan Fetch = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, Copy> _copies = new();

    private sealed class Copy
    {
        public MenuSnapshot? Snapshot { get; set; }
        public long FetchedAt { get; set; }
        public Task? Fetching { get; set; }
    }

    public ValueTask<MenuSnapshot> GetAsync(string tenant, CancellationToken cancellationToken = default)
    {
        var copy = _copies.GetOrAdd(tenant, _ => new Copy());
        if (copy.Snapshot is { } snapshot)
        {
            var age = Stopwatch.GetElapsedTime(copy.FetchedAt);
            if (age < Fetch)
                return new ValueTask<MenuSnapshot>(snapshot);
            var fetching = FetchOnceAsync(tenant, copy);
            if (age < Wait)
                return new ValueTask<MenuSnapshot>(copy.Snapshot!);
            return WaitAsync(fetching, copy, cancellationToken);
        }

        return WaitAsync(FetchOnceAsync(tenant, copy), copy, cancellationToken);
    }

    public Task RefreshAsync(string tenant, CancellationToken cancellationToken = default) =>
        FetchAsync(tenant, _copies.GetOrAdd(tenant, _ => new Copy())).WaitAsync(cancellationToken);

    private static async ValueTask<MenuSnapshot> WaitAsync(Task fetching, Copy copy, CancellationToken cancellationToken)
    {
        await fetching.WaitAsync(cancellationToken);
        return copy.Snapshot!;
    }

    private Task FetchOnceAsync(string tenant, Copy copy)
    {
        lock (copy)
        {
            // Started off this thread: the caller may be a grain, whose scheduler must not be held up by it.
            return copy.Fetching ??= Task.Run(() => FetchAndForgetAsync(tenant, copy));
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
