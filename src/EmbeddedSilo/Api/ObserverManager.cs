using System.Collections;
using Cafeteria.EmbeddedSilo.Runtime;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Utilities;

/// <summary>Observers that a grain tells its news, each kept until its subscription is not renewed in time.</summary>
/// <remarks>Belongs to one activation; it does no locking.</remarks>
public class ObserverManager<TIdentity, TObserver>(TimeSpan expiration, ILogger log) : IEnumerable<TObserver>
    where TIdentity : notnull
{
    // Replaced whole on a change, so that a notification under way goes on over what it saw.
    private Dictionary<TIdentity, (TObserver Observer, DateTime LastSeen)> _observers = [];

    /// <summary>How long a subscription lasts without being renewed.</summary>
    public TimeSpan ExpirationDuration { get; set; } = expiration;

    public Func<DateTime> GetDateTime { get; set; } = static () => DateTime.UtcNow;

    public int Count => _observers.Count;

    public IReadOnlyDictionary<TIdentity, TObserver> Observers => _observers.ToDictionary(entry => entry.Key, entry => entry.Value.Observer);

    /// <summary>Subscribes, or renews a subscription.</summary>
    public void Subscribe(TIdentity id, TObserver observer)
    {
        var last = GetDateTime();
        Replace(observers => observers[id] = (observer, last));
    }

    public void Unsubscribe(TIdentity id) => Replace(observers => observers.Remove(id));

    public void Clear() => _observers = [];

    /// <summary>Removes those that were not renewed in time.</summary>
    public void ClearExpired() => Remove(_observers.Where(entry => HasExpired(entry.Value.LastSeen)).Select(entry => entry.Key).ToList());

    /// <summary>Tells each in turn; one that throws is removed.</summary>
    public void Notify(Action<TObserver> notification, Func<TObserver, bool>? predicate = null)
    {
        var gone = new List<TIdentity>();
        foreach (var (id, (observer, lastSeen)) in _observers)
        {
            if (HasExpired(lastSeen))
            {
                gone.Add(id);
            }
            else if (predicate is null || predicate(observer))
            {
                try
                {
                    notification(observer);
                }
                catch (Exception failure)
                {
                    Log.ObserverFailed(log, failure);
                    gone.Add(id);
                }
            }
        }

        Remove(gone);
    }

    /// <summary>Tells each in turn, waiting for each; one that throws is removed.</summary>
    public async Task Notify(Func<TObserver, Task> notification, Func<TObserver, bool>? predicate = null)
    {
        var gone = new List<TIdentity>();
        foreach (var (id, (observer, lastSeen)) in _observers)
        {
            if (HasExpired(lastSeen))
            {
                gone.Add(id);
            }
            else if (predicate is null || predicate(observer))
            {
                try
                {
                    await notification(observer);
                }
                catch (Exception failure)
                {
                    Log.ObserverFailed(log, failure);
                    gone.Add(id);
                }
            }
        }

        Remove(gone);
    }

    public IEnumerator<TObserver> GetEnumerator() => _observers.Values.Select(entry => entry.Observer).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private bool HasExpired(DateTime lastSeen) => lastSeen + ExpirationDuration < GetDateTime();

    private void Remove(List<TIdentity> ids)
    {
        if (ids.Count > 0)
        {
            Replace(observers => ids.ForEach(id => observers.Remove(id)));
        }
    }

    private void Replace(Action<Dictionary<TIdentity, (TObserver Observer, DateTime LastSeen)>> change)
    {
        var observers = new Dictionary<TIdentity, (TObserver Observer, DateTime LastSeen)>(_observers);
        change(observers);
        _observers = observers;
    }
}

/// <inheritdoc/>
public class ObserverManager<TObserver>(TimeSpan expiration, ILogger log) : ObserverManager<IAddressable, TObserver>(expiration, log);
