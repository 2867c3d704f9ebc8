namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>
/// The task scheduler of one activation: it is <see cref="TaskScheduler.Current"/> in the activation's turns, so awaits come
/// back to it, and it runs one thing at a time.
/// </summary>
internal sealed class TurnScheduler(Activation activation) : TaskScheduler
{
    // The turn that this thread is about to run itself, which must not be mistaken for a task to queue.
    [ThreadStatic]
    private static Task? _turn;

    public Activation Activation { get; } = activation;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs the body here and now as a task of this scheduler. The caller sees to it that nothing else of it runs.</summary>
    public void RunHere(Action<object?> body, object state)
    {
        var outer = _turn;
        var turn = _turn = new Task(body, state, TaskCreationOptions.DenyChildAttach);
        try
        {
            turn.RunSynchronously(this);
        }
        finally
        {
            _turn = outer;
        }
    }

    public void Run(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task)
    {
        if (task == _turn)
        {
            // The stack is too deep to run it here: this thread waits, and owns the activation meanwhile.
            ThreadPool.UnsafeQueueUserWorkItem(static turn => turn.Scheduler.Run(turn.Task), (Scheduler: this, Task: task), preferLocal: false);
            return;
        }

        Activation.Enqueue(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        (task == _turn || (!taskWasPreviouslyQueued && Current == this)) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
