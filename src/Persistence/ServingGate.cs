using Cafeteria.Storage;

namespace Cafeteria.Persistence;

/// <summary>
/// Whether this process may write. Without leadership (Orleans) always; with it (embedded host) only while it holds the
/// lock, and every statement carries the epoch it serves under.
/// </summary>
public sealed class ServingGate
{
    private readonly Lock _lock = new();
    private readonly List<Action> _onServing = [];
    private TaskCompletionSource _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isServing = true;
    private long _epoch;

    internal ServingGate() => _serving.SetResult();

    /// <summary>True when only one process may write at a time.</summary>
    public bool LeadershipRequired { get; private set; }

    public bool Serving => _isServing;

    /// <summary>The epoch statements are fenced by; null when they are not fenced.</summary>
    internal long? Epoch => LeadershipRequired ? Volatile.Read(ref _epoch) : null;

    /// <summary>Raised when a statement found another's epoch; the leadership looks at once.</summary>
    internal event Action? Doubted;

    public Task WaitUntilServingAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return _serving.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Before a grain reads its state: one that read it while standing by would believe it for as long as it lives, though the
    /// process that served meanwhile has written since.
    /// </summary>
    /// <exception cref="StorageUnavailableException">This process does not serve.</exception>
    internal void RequireServing()
    {
        if (!_isServing)
            throw new StorageUnavailableException("This process is not the one that serves.");
    }

    /// <summary>Called every time this process begins to serve, and now if it does already. Must be quick.</summary>
    public void OnServing(Action callback)
    {
        lock (_lock)
            _onServing.Add(callback);
        if (_isServing)
            callback();
    }

    internal void RequireLeadership()
    {
        lock (_lock)
        {
            LeadershipRequired = true;
            if (_isServing)
                _serving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _isServing = false;
        }
    }

    internal void Open(long epoch)
    {
        Action[] callbacks;
        lock (_lock)
        {
            Volatile.Write(ref _epoch, epoch);
            _isServing = true;
            callbacks = [.. _onServing];
            _serving.TrySetResult();
        }

        foreach (var callback in callbacks)
            callback();
    }

    internal bool Close()
    {
        lock (_lock)
        {
            if (!LeadershipRequired || !_isServing)
                return false;
            _isServing = false;
            _serving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    internal void Doubt()
    {
        Close();
        Doubted?.Invoke();
    }
}
