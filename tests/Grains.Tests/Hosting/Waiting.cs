namespace Cafeteria.Tests;

/// <summary>Waiting for what must happen, with a limit that says what did not.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task<T> WithinAsync<T>(this Task<T> task, string expected)
    {
        await ((Task)task).WithinAsync(expected);
        return await task;
    }

    public static async Task WithinAsync(this Task task, string expected)
    {
        if (await Task.WhenAny(task, Task.Delay(Limit)) != task)
            throw new TimeoutException($"Within {Limit.TotalSeconds} s this was expected: {expected}.");
        await task;
    }

    public static Task UntilAsync(Func<Task<bool>> condition, string expected) =>
        UntilAsync(async () => await condition() ? "" : null, actual => actual is not null, expected);

    /// <summary>Reads until the value is as it should be, and answers it.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> condition, string expected)
    {
        var deadline = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        for (; ; )
        {
            var value = await read();
            if (condition(value))
                return value;
            if (Environment.TickCount64 > deadline)
                throw new TimeoutException($"Within {Limit.TotalSeconds} s this was expected: {expected}. At last it was: {value}");
            await Task.Delay(10);
        }
    }
}
