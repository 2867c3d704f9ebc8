using System.Diagnostics;

namespace Cafeteria.Persistence;

/// <summary>What became of one row of a batch.</summary>
internal enum Outcome
{
    /// <summary>The row is not there as expected; nothing of it was written.</summary>
    Conflict,
    Written,

    /// <summary>An item of the order has another epoch; nothing of it was written.</summary>
    Stale,

    /// <summary>This process does not serve any more; nothing of the whole batch was written.</summary>
    Fenced,
}

/// <summary>One row that waits to be written, and the caller that waits for it.</summary>
internal abstract class Write(string key, long? expected, long etag, int bytes)
{
    // Whoever waits goes on where it belongs, in a grain's turn or on the pool: from here that is a word to a queue. Asking
    // for asynchronous continuations would make it two hops for each order.
    private readonly TaskCompletionSource<Outcome> _done = new();

    /// <summary>A key is in a batch once.</summary>
    public string Key { get; } = key;

    /// <summary>The ETag the row must have; null: there must be no row.</summary>
    public long? Expected { get; } = expected;

    /// <summary>The row's ETag once written: random, chosen here, so that a row found later tells whose it is.</summary>
    public long Etag { get; } = etag;

    public int Bytes { get; } = bytes;

    public long QueuedAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>The span that waits for this row, when somebody listens.</summary>
    public ActivityContext Writer { get; set; }

    /// <summary>The span of the commit that took it, once there is one.</summary>
    public ActivityContext Commit { get; set; }

    public Task<Outcome> Done => _done.Task;

    public void Complete(Outcome outcome) => _done.TrySetResult(outcome);

    public void Fail(Exception exception) => _done.TrySetException(exception);
}

/// <summary>The statements of one table.</summary>
internal interface IBatchStatement<TWrite>
    where TWrite : Write
{
    string Table { get; }

    /// <summary>Writes the batch in one autocommit statement; the outcome of each, in the batch's order.</summary>
    Task<Outcome[]> ExecuteAsync(IReadOnlyList<TWrite> batch, CancellationToken cancellationToken);

    /// <summary>Which of these rows carry the writer's own ETag (a deletion: are gone): asked after a batch was sent twice.</summary>
    Task<bool[]> AreMineAsync(IReadOnlyList<TWrite> writes, CancellationToken cancellationToken);
}
