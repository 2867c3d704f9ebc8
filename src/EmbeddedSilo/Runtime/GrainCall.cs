using System.Diagnostics;
using Orleans.Runtime;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>
/// One turn that somebody wants of an activation: a call, a timer's tick, a stream's delivery.
/// A call that ends before its caller looks away has its <see cref="Outcome"/> and needs no <see cref="PrepareAnswer"/>.
/// </summary>
internal abstract class GrainCall
{
    // Links of the mailbox and of the list of deadlines; each is guarded by its list's lock.
    internal GrainCall? NextWaiting, PreviousWaiting, NextDeadline, PreviousDeadline;

    // The one mailbox it stands in: a withdrawal may come while the call is on its way from one activation to the next.
    internal CallQueue? WaitsIn;
    internal byte Forwards;

    // Who waits goes on at once where the answer is given, not on the thread pool: what happens when is a test's choice.
    internal bool AnswersInOrder;
    internal Deadlines.Stripe? DeadlineStripe;
    internal long Deadline, StartedAt, ReceivedAt;
    internal CancellationTokenRegistration CancellationRegistration;

    /// <summary>The activation that has it now.</summary>
    internal Activation? Target;

    /// <summary>The request context of the caller.</summary>
    internal Dictionary<string, object>? RequestValues;

    internal Activation? Source;

    /// <summary>The caller's activity, when calls are traced.</summary>
    internal Activity? Trace;

    /// <summary>The grain's own task, if the call ended on its caller's thread.</summary>
    internal Task? Outcome;

    public abstract bool IsAlwaysInterleave { get; }

    public abstract bool IsReadOnly { get; }

    public abstract bool IsOneWay { get; }

    /// <summary>Whether the activation counts as used by it.</summary>
    public virtual bool KeepsAlive => true;

    /// <summary>Whether it goes on to the next activation if this one goes away first.</summary>
    public virtual bool MayBeForwarded => true;

    /// <summary>Null for the runtime's own turns, which no filter sees.</summary>
    public virtual GrainMethod? Method => null;

    public virtual CancellationToken CancellationToken => default;

    public abstract Task Invoke(object target);

    /// <summary>Makes the task that the caller waits for.</summary>
    public abstract void PrepareAnswer();

    public abstract bool HasAnswer { get; }

    /// <summary>What the caller waits for; null if nobody waits.</summary>
    public abstract Task? Answer { get; }

    public abstract bool IsAnswered { get; }

    protected TaskCreationOptions AnswerOptions => AnswersInOrder ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;

    protected abstract bool TrySetAnswer(Task outcome);

    protected abstract bool TrySetAnswer(Exception failure);

    protected abstract bool TrySetCancelled(CancellationToken cancellation);

    public abstract Task FailedOutcome(Exception failure);

    public void PrepareAnswerInOrder()
    {
        AnswersInOrder = true;
        if (!IsOneWay)
        {
            PrepareAnswer();
        }
    }

    /// <summary>What a completed outcome holds, for filters.</summary>
    public virtual object? ResultOf(Task outcome) => null;

    /// <summary>An outcome of the right type from what filters left behind.</summary>
    public virtual Task Wrap(FilteredCall filtered) => filtered.Invoke();

    public void Complete(Task outcome)
    {
        if (!HasAnswer)
        {
            Outcome = outcome;
        }
        else if (TrySetAnswer(outcome))
        {
            Settle();
        }
    }

    public void Fail(Exception failure)
    {
        if (IsOneWay)
        {
            // Nobody would observe it.
            return;
        }

        if (!HasAnswer)
        {
            Outcome = FailedOutcome(failure);
        }
        else if (TrySetAnswer(failure))
        {
            Settle();
        }
    }

    public void Cancel(CancellationToken cancellation)
    {
        if (TrySetCancelled(cancellation))
        {
            Target?.Withdraw(this);
            Settle();
        }
    }

    public void CancelWith(CancellationToken cancellation)
    {
        var registration = cancellation.UnsafeRegister(static (call, cancelled) => ((GrainCall)call!).Cancel(cancelled), this);
        CancellationRegistration = registration;

        // Answered before there was a registration to dispose of.
        if (IsAnswered)
        {
            registration.Unregister();
        }
    }

    public void TimeOut(TimeSpan timeout)
    {
        if (TrySetAnswer(new TimeoutException($"Response did not arrive on time in {timeout} for message: {this} to {Target?.GrainId}.")))
        {
            Instruments.CallTimedOut();
            Target?.Withdraw(this);
            Settle();
        }
    }

    public override string ToString() => Method is { } method ? $"{method.InterfaceName}.{method.Name}" : GetType().Name;

    /// <summary>Counts it and ends its trace: once, where it ends. A continuation of its answer cost every call three objects.</summary>
    public void Observe(Task? ended)
    {
        Instruments.CallEnded(StartedAt, Method, ended is { IsFaulted: true });
        if (Trace is not null)
        {
            Tracing.End(Trace, ended?.Exception?.InnerException);
        }
    }

    private void Settle()
    {
        Deadlines.Remove(this);
        CancellationRegistration.Unregister();
        Observe(Answer);
    }
}

/// <summary>A call of a method that returns no value.</summary>
internal abstract class VoidCall : GrainCall
{
    private TaskCompletionSource? _answer;

    public Task Task => Outcome ?? _answer!.Task;

    public override bool HasAnswer => _answer is not null;

    public override Task? Answer => Outcome ?? _answer?.Task;

    public override bool IsAnswered => _answer is { Task.IsCompleted: true };

    public override void PrepareAnswer() => _answer ??= new TaskCompletionSource(AnswerOptions);

    protected override bool TrySetAnswer(Task outcome) => _answer!.TrySetFromTask(outcome);

    protected override bool TrySetAnswer(Exception failure) => _answer!.TrySetException(failure);

    protected override bool TrySetCancelled(CancellationToken cancellation) => _answer!.TrySetCanceled(cancellation);

    public override Task FailedOutcome(Exception failure) => System.Threading.Tasks.Task.FromException(failure);
}

/// <summary>A call of a grain's method without a value.</summary>
internal abstract class MethodCall : VoidCall
{
    public abstract override GrainMethod Method { get; }

    public override bool IsAlwaysInterleave => Method.IsAlwaysInterleave;

    public override bool IsReadOnly => Method.IsReadOnly;

    public override bool IsOneWay => Method.IsOneWay;
}

/// <summary>A call of a grain's method with a value.</summary>
internal abstract class MethodCall<T> : GrainCall
{
    private TaskCompletionSource<T>? _answer;

    public abstract override GrainMethod Method { get; }

    public override bool IsAlwaysInterleave => Method.IsAlwaysInterleave;

    public override bool IsReadOnly => Method.IsReadOnly;

    public override bool IsOneWay => Method.IsOneWay;

    public Task<T> Task => (Task<T>?)Outcome ?? _answer!.Task;

    public override bool HasAnswer => _answer is not null;

    public override Task? Answer => Outcome ?? _answer?.Task;

    public override bool IsAnswered => _answer is { Task.IsCompleted: true };

    public override void PrepareAnswer() => _answer ??= new TaskCompletionSource<T>(AnswerOptions);

    protected override bool TrySetAnswer(Task outcome) => _answer!.TrySetFromTask((Task<T>)outcome);

    protected override bool TrySetAnswer(Exception failure) => _answer!.TrySetException(failure);

    protected override bool TrySetCancelled(CancellationToken cancellation) => _answer!.TrySetCanceled(cancellation);

    public override Task FailedOutcome(Exception failure) => System.Threading.Tasks.Task.FromException<T>(failure);

    public override object? ResultOf(Task outcome) => ((Task<T>)outcome).Result;

    public override Task Wrap(FilteredCall filtered) => WrapAsync(filtered);

    public static async Task<T> WrapAsync(FilteredCall filtered)
    {
        await filtered.Invoke();
        return filtered.Result is T result ? result : default!;
    }
}
