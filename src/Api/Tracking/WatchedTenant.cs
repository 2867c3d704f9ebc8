namespace Cafeteria.Tracking;

/// <summary>Who follows what of one tenant in this process.</summary>
internal sealed class WatchedTenant
{
    private readonly Lock _gate = new();
    private Task? _observed;

    public Listeners Orders { get; } = new();

    public Listeners Students { get; } = new();

    /// <summary>Those who follow all orders, under the empty key.</summary>
    public Listeners Everything { get; } = new();

    /// <summary>The open streams and sockets of students.</summary>
    public int Trackers => Orders.Count + Students.Count;

    public bool IsWatched => Orders.Any || Students.Any || Everything.Any;

    /// <summary>The call that told the feeds; made by the first who asks, again when it failed.</summary>
    public Task Ready(Func<Task> observe)
    {
        lock (_gate)
            return _observed is { IsFaulted: false, IsCanceled: false } ? _observed : _observed = observe();
    }

    public Task Renew(Func<Task> observe)
    {
        var renewed = observe();
        lock (_gate)
            _observed ??= renewed;
        return renewed;
    }

    /// <summary>Whether the feeds know of this process, and should not any more.</summary>
    public bool Forget()
    {
        lock (_gate)
        {
            var known = _observed is not null;
            _observed = null;
            return known;
        }
    }

    public void PostAll(Signal signal)
    {
        Orders.PostAll(signal);
        Students.PostAll(signal);
        Everything.PostAll(signal);
    }
}

/// <summary>Connections by what they follow.</summary>
internal sealed class Listeners
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<LiveConnection>> _byKey = new(StringComparer.Ordinal);

    public bool Any
    {
        get
        {
            lock (_gate)
                return _byKey.Count > 0;
        }
    }

    public int Count
    {
        get
        {
            lock (_gate)
                return _byKey.Values.Sum(connections => connections.Count);
        }
    }

    public IReadOnlyCollection<string> Keys()
    {
        lock (_gate)
            return [.. _byKey.Keys];
    }

    public void Add(string key, LiveConnection connection)
    {
        lock (_gate)
        {
            if (!_byKey.TryGetValue(key, out var connections))
                _byKey[key] = connections = [];
            connections.Add(connection);
        }
    }

    public void Remove(string key, LiveConnection connection)
    {
        lock (_gate)
            if (_byKey.TryGetValue(key, out var connections) && connections.Remove(connection) && connections.Count == 0)
                _byKey.Remove(key);
    }

    public void Post(string key, Signal signal)
    {
        lock (_gate)
            if (_byKey.TryGetValue(key, out var connections))
                foreach (var connection in connections)
                    connection.Post(signal);
    }

    public void PostAll(Signal signal)
    {
        lock (_gate)
            foreach (var (_, connections) in _byKey)
                foreach (var connection in connections)
                    connection.Post(signal);
    }
}
