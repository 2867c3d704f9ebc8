using System.Collections.Concurrent;
using Cafeteria.Storage;

namespace Cafeteria.Tests;

/// <summary>
/// What goes wrong, where and how often: writes and reads of a grain's state (<c>write</c>, <c>written</c>, <c>read</c>),
/// questions to the books and rows (<c>take-over</c>, <c>fold</c>, <c>folded</c>, <c>change</c>, <c>changed</c>, <c>number</c>,
/// <c>open-orders</c>, …), and calls between grains by their method's name. A place is a name and a grain's key.
/// </summary>
internal sealed class Faults
{
    private readonly ConcurrentDictionary<(string Place, string Key), Func<Task>> _planned = new();

    /// <summary>Until <see cref="Clear"/>.</summary>
    public void Always(string place, string key, Func<Task> action) => _planned[(place, key)] = action;

    public void Once(string place, string key, Func<Task> action) => Times(1, place, key, action);

    public void Times(int times, string place, string key, Func<Task> action)
    {
        var left = times;
        Always(place, key, () =>
        {
            var now = Interlocked.Decrement(ref left);
            if (now <= 0)
                Clear(place, key);
            return now >= 0 ? action() : Task.CompletedTask;
        });
    }

    /// <summary>The next one to come there waits until the test opens the gate.</summary>
    public Gate Hold(string place, string key)
    {
        var gate = new Gate($"{place} of {key}");
        Once(place, key, gate.PassAsync);
        return gate;
    }

    public void Clear(string place, string key) => _planned.TryRemove((place, key), out _);

    public Task AtAsync(string place, string key) => _planned.TryGetValue((place, key), out var action) ? action() : Task.CompletedTask;

    public static Task Unavailable() => Task.FromException(new StorageUnavailableException("The test wants it."));

    public static Task Unreachable() => Task.FromException(new TimeoutException("The test wants it."));

    /// <summary>For calls: the message never arrives, and its sender does not learn of it.</summary>
    public static Task Lost() => Task.FromException(new LostMessage());

    public sealed class LostMessage() : Exception("Lost on the way.");

    public sealed class Gate(string name)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task WhenReached() => _reached.Task.WithinAsync($"somebody to come to {name}");

        public void Open() => _opened.TrySetResult();

        internal Task PassAsync()
        {
            _reached.TrySetResult();
            return _opened.Task;
        }
    }
}
