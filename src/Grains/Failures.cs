using Orleans.Storage;

namespace Cafeteria;

internal static class Failures
{
    /// <summary>
    /// Whether the same call may well succeed later: something was out of reach, full, moving, or being injected. Who calls a grain
    /// whose activation hangs is told of a cancellation, which is not the caller's own.
    /// </summary>
    public static bool Passing(Exception exception) => exception is TimeoutException or OrleansException or OperationCanceledException;

    /// <summary>One word for a history's reason; details are the log's.</summary>
    public static string Reason(Exception exception) => exception switch
    {
        TimeoutException or OperationCanceledException => "timeout",
        Storage.StorageUnavailableException or InconsistentStateException => "storage",
        _ => "unreachable",
    };

    /// <summary>Not waited for, and its failure is nobody's: the other side has its own way to find out.</summary>
    public static void Unawaited(this Task task)
    {
        if (!task.IsCompletedSuccessfully)
            _ = task.ContinueWith(
                static failed => _ = failed.Exception, CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary><see cref="Task.WhenAll(Task[])"/>, which in one process mostly finds everything done.</summary>
    public static Task All(this Task[] calls) =>
        Array.TrueForAll(calls, static call => call.IsCompletedSuccessfully) ? Task.CompletedTask : Task.WhenAll(calls);
}
