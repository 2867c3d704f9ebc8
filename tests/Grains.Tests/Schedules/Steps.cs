using Cafeteria.EmbeddedSilo.Runtime;

namespace Cafeteria.Tests.Schedules;

/// <summary>Something that can happen: a turn, a message that arrives, a row that is written, a timer, a diner who goes on.</summary>
/// <param name="Owner">What dies with it; null for what cannot be stopped any more.</param>
internal sealed record Step(object? Owner, int Weight, string Kind, object What, Action Run)
{
    public override string ToString() => $"{Kind} {What}";
}

/// <summary>What can happen now, and what happened. One thing at a time, on the test's own thread.</summary>
internal sealed class Steps
{
    // One in eight is slow: it happens when many others have.
    private const int Slow = 8;
    private const int Usual = 16;
    private const int Seldom = 2;

    private readonly List<Step> _possible = [];
    private readonly List<Activation> _ready = [];
    private readonly List<string> _trace = [];
    private readonly HashSet<object> _dead = [];
    private int _thread;
    private int _events;
    private bool _traced;

    public Choices Choices { get; private set; } = new RandomChoices(0);

    public StepClock Clock { get; } = new();

    /// <summary>Things go wrong now and then.</summary>
    public bool Troubled { get; set; }

    public IEnumerable<string> Trace => _trace;

    public int Count { get; private set; }

    public void Begin(Choices choices, bool troubled, bool traced)
    {
        _possible.Clear();
        _ready.Clear();
        _trace.Clear();
        _dead.Clear();
        Clock.Begin();
        (Choices, Troubled, _traced, _thread, _events, Count) = (choices, troubled, traced, Environment.CurrentManagedThreadId, 0, 0);
    }

    public bool IsDead(object owner) => _dead.Contains(owner);

    /// <param name="late">It happens when most others have.</param>
    public void Add(object? owner, string kind, object what, Action run, bool late = false)
    {
        CheckThread(what);
        if (owner is null || !_dead.Contains(owner))
            _possible.Insert(_possible.Count - _events, new Step(owner, late || Choices.OneIn(Slow) ? 1 : Usual, kind, what, run));
    }

    /// <summary>Something from outside, that may happen at any time, and comes last where nothing is left to chance.</summary>
    public void AddEvent(string kind, object what, Action run)
    {
        _events++;
        _possible.Add(new Step(null, Seldom, kind, what, () =>
        {
            _events--;
            run();
        }));
    }

    public void AddReady(Activation activation)
    {
        CheckThread(activation);
        _ready.Add(activation);
    }

    /// <summary>Nothing of it happens any more.</summary>
    public void Kill(object owner)
    {
        _dead.Add(owner);
        _possible.RemoveAll(step => step.Owner == owner);
        _ready.RemoveAll(activation => activation.Runtime.Schedule == owner);
        Clock.Kill(owner);
    }

    /// <summary>Until nothing can happen any more.</summary>
    public void RunAll()
    {
        while (RunOne())
        {
        }
    }

    private void CheckThread(object what)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException($"{what}: something ran on a thread that the schedule knows nothing of.");
    }

    private bool RunOne()
    {
        foreach (var due in Clock.TakeDue())
            Add(due.Owner, "timer", due.Name, due.Tick);
        for (var at = 0; at < _ready.Count; at++)
        {
            var activation = _ready[at];
            if (_dead.Contains(activation.Runtime.Schedule!))
                continue;
            if (activation.HasTurns)
                Add(activation.Runtime.Schedule, "turn of", activation, activation.Execute);
            else
                activation.Execute(); // it only learns that there are none
        }

        _ready.Clear();
        if (_possible.Count == 0)
            return false;
        var index = Choices.Pick(_possible);
        var step = _possible[index];
        _possible.RemoveAt(index);
        if (++Count > 20_000)
            throw new InvalidOperationException("The schedule does not end.");
        if (_traced)
            _trace.Add(step.ToString());
        step.Run();
        return true;
    }
}

/// <summary>The machine's clock in a schedule: time passes, and somebody sets it, when told. Timers go by what passes.</summary>
internal sealed class StepClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 11, 30, 0, TimeSpan.Zero);
    private readonly List<StepTimer> _timers = [];
    private TimeSpan _passed;
    private TimeSpan _set;
    private int _made;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Start + _passed + _set;

    public override long GetTimestamp() => _passed.Ticks;

    public void Begin()
    {
        _timers.Clear();
        (_passed, _set, _made) = (TimeSpan.Zero, TimeSpan.Zero, 0);
    }

    public void Advance(TimeSpan by) => _passed += by;

    public void Set(TimeSpan by) => _set += by;

    public void Kill(object owner) => _timers.RemoveAll(timer => timer.Owner == owner);

    public ITimer CreateTimer(object owner, TimerCallback callback, object? state)
    {
        var timer = new StepTimer(this, owner, $"{++_made}", () => callback(state));
        _timers.Add(timer);
        return timer;
    }

    public IEnumerable<StepTimer> TakeDue()
    {
        for (var at = 0; at < _timers.Count; at++)
        {
            if (_timers[at].DueAt > _passed)
                continue;
            _timers[at].DueAt = TimeSpan.MaxValue;
            yield return _timers[at];
        }
    }

    internal sealed class StepTimer(StepClock clock, object owner, string name, Action tick) : ITimer
    {
        public object Owner => owner;

        public string Name => name;

        public Action Tick => tick;

        public TimeSpan DueAt { get; set; } = TimeSpan.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            DueAt = dueTime < TimeSpan.Zero ? TimeSpan.MaxValue : clock._passed + dueTime;
            return true;
        }

        public void Dispose() => clock._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
