using System.Diagnostics;
using Cafeteria.Storage;

namespace Cafeteria.Persistence;

/// <summary>
/// Reads that arrive while others run share the next query. Two run at once at most: the first rush after a start reads
/// hundreds of rows, not hundreds of times.
/// </summary>
internal sealed class ReadBatch<TKey, TValue>(Func<TKey[], CancellationToken, Task<TValue[]>> read)
{
    private const int MostKeys = 500;
    private const int MostQueries = 2;

    private readonly Lock _lock = new();
    private readonly Queue<Asked> _waiting = new();
    private int _running;

    public Task<TValue> ReadAsync(TKey key)
    {
        var asked = new Asked(key);
        lock (_lock)
        {
            _waiting.Enqueue(asked);
            if (_running == MostQueries)
                return asked.Answer.Task;
            _running++;
        }

        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(RunAsync);
        return asked.Answer.Task;
    }

    private async Task RunAsync()
    {
        while (Take() is { Length: > 0 } batch)
        {
            try
            {
                var answers = await read(Array.ConvertAll(batch, a => a.Key), CancellationToken.None).ConfigureAwait(false);
                for (var i = 0; i < batch.Length; i++)
                    batch[i].Answer.TrySetResult(answers[i]);
            }
            catch (Exception e)
            {
                foreach (var asked in batch)
                    asked.Answer.TrySetException(e is StorageUnavailableException ? new StorageUnavailableException(e.Message) : e);
            }
        }
    }

    private Asked[] Take()
    {
        lock (_lock)
        {
            while (_waiting.TryPeek(out var first) && Stopwatch.GetElapsedTime(first.At) > TimeSpan.FromSeconds(4))
            {
                _waiting.Dequeue().Answer.TrySetException(new StorageUnavailableException("The database does not keep up."));
            }

            var batch = new Asked[Math.Min(_waiting.Count, MostKeys)];
            for (var i = 0; i < batch.Length; i++)
                batch[i] = _waiting.Dequeue();
            if (batch.Length == 0)
                _running--;
            return batch;
        }
    }

    private sealed class Asked(TKey key)
    {
        public TKey Key { get; } = key;

        public long At { get; } = Stopwatch.GetTimestamp();

        public TaskCompletionSource<TValue> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
