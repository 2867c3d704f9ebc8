using System.Collections.Concurrent;

namespace Cafeteria.Tests;

/// <summary>Points at which a grain tells the test that it got there, and waits until the test lets it go on. Names are unique per test.</summary>
internal static class Gates
{
    private static readonly ConcurrentDictionary<string, (TaskCompletionSource Reached, TaskCompletionSource Opened)> All = new();

    public static void Reached(string gate) => Of(gate).Reached.TrySetResult();

    public static Task Opened(string gate) => Of(gate).Opened.Task;

    public static void Open(string gate) => Of(gate).Opened.TrySetResult();

    /// <summary>The test waits for a grain to come to the gate.</summary>
    public static Task WhenReached(string gate) => Of(gate).Reached.Task.WithinAsync($"a grain to reach the gate {gate}");

    private static (TaskCompletionSource Reached, TaskCompletionSource Opened) Of(string gate) => All.GetOrAdd(
        gate,
        static _ => (new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously)));
}

/// <summary>Waiting for what must happen, with a limit that says what did not.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task WithinAsync(this Task task, string expected)
    {
        if (await Task.WhenAny(task, Task.Delay(Limit)) != task)
        {
            throw new TimeoutException($"Within {Limit.TotalSeconds} s this was expected: {expected}.");
        }

        await task;
    }

    public static async Task<T> WithinAsync<T>(this Task<T> task, string expected)
    {
        await ((Task)task).WithinAsync(expected);
        return await task;
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string expected)
    {
        var deadline = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        while (!await condition())
        {
            if (Environment.TickCount64 > deadline)
            {
                throw new TimeoutException($"Within {Limit.TotalSeconds} s this was expected: {expected}.");
            }

            await Task.Delay(10);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string expected) => UntilAsync(() => Task.FromResult(condition()), expected);
}
