using Cafeteria.EmbeddedSilo.Runtime;
using Cafeteria.Orders;
using Cafeteria.Stock;
using Orleans.Runtime;

namespace Cafeteria.Tests.Schedules;

/// <summary>What happens in a world, and how often; in which order, the schedule says.</summary>
/// <param name="Portions">Of soup, the only dish.</param>
/// <param name="Silos">Two: both serve the same orders at once, as after a split.</param>
internal sealed record Story(int Portions, params Diner[] Diners)
{
    public int Silos { get; init; } = 1;

    /// <summary>The silo dies, and another takes its place.</summary>
    public int Deaths { get; init; }

    /// <summary>Somebody else takes the item over.</summary>
    public int TakeOvers { get; init; }

    public int Sweeps { get; init; }

    /// <summary>Somebody looks at the first diner's order, beside whatever it does.</summary>
    public int Looks { get; init; }

    /// <summary>Time goes on, by a moment or by more than a lease.</summary>
    public int Waits { get; init; }

    /// <summary>Somebody sets the machine's clock, by three hours forward or back.</summary>
    public int ClockSettings { get; init; }

    /// <summary>Statements fail, answers are lost, calls come too late.</summary>
    public bool Troubled { get; init; }
}

/// <summary>Orders, with a key, until there is an answer; one who cancels does so at once.</summary>
internal sealed record Diner(string Order, int Quantity, bool Cancels = false);

/// <summary>Two silos that take turns (or do not), the rows they share, and the diners: one schedule after another.</summary>
internal sealed class World
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(31);

    private readonly Steps _steps = new();
    private readonly StepRows _rows;
    private readonly StepSilo[] _silos;
    private readonly List<Exception> _failures = [];
    private readonly Dictionary<string, List<PlaceResult>> _answers = [];
    private readonly HashSet<string> _cancelled = [];
    private StepSilo _serving;
    private TimeProvider _clock = TimeProvider.System;
    private int _hungry;

    public World()
    {
        _rows = new StepRows();
        _silos = [new StepSilo("a", _steps, _rows, Intercept), new StepSilo("b", _steps, _rows, Intercept)];
        _serving = _silos[0];
    }

    public IEnumerable<string> Trace => _steps.Trace;

    public int StepCount => _steps.Count;

    /// <summary>The story by one schedule, to its end; throws where something is not as it must be.</summary>
    public void Play(Story story, Bug bug, Choices choices, bool traced = false)
    {
        var (context, outer) = (ExecutionContext.Capture()!, SynchronizationContext.Current);
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            _steps.Begin(new RandomChoices(0), troubled: false, traced: false); // what the last one left behind ends
            _clock = new SteadyClock(_steps.Clock);
            foreach (var silo in _silos)
                silo.Restart(bug is Bug.TheClockGoesBack ? _steps.Clock : _clock);
            _steps.Begin(choices, story.Troubled, traced);
            _rows.Begin(bug, ("soup", story.Portions));
            _failures.Clear();
            _answers.Clear();
            _cancelled.Clear();
            (_serving, _hungry) = (_silos[0], story.Diners.Length);
            foreach (var diner in story.Diners)
                Begin($"diner of {diner.Order}", () => DineAsync(diner, story.Silos > 1));
            Repeat(story.Sweeps, "sweeper", () => Begin("sweeper", SweepAsync));
            Repeat(story.Looks, "looker", () => Begin("looker", () => UntilAnsweredAsync(story.Silos > 1, silo => silo.Order(story.Diners[0].Order).Get())));
            Repeat(story.Waits, "moment", () => _steps.Clock.Advance(_steps.Choices.OneIn(2) ? Moment : Lease));
            Repeat(story.ClockSettings, "clock set", () => _steps.Clock.Set(TimeSpan.FromHours(_steps.Choices.OneIn(2) ? 3 : -3)));
            Repeat(story.TakeOvers, "another takes over", () => _rows.TakeOver("soup"));
            Repeat(story.Deaths, "death of", Die);
            _steps.RunAll();
            Settle(story.Silos > 1);
            Check();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
            ExecutionContext.Restore(context);
        }
    }

    private void Repeat(int times, string what, Action action)
    {
        for (var n = 1; n <= times; n++)
            _steps.AddEvent(what, n, action);
    }

    private void Die()
    {
        if (_serving != _silos[0])
            return;
        _serving = _silos[1];
        _silos[0].Kill();
    }

    /// <summary>Nothing fails any more, and time goes on until all is quiet.</summary>
    private void Settle(bool split)
    {
        _steps.Troubled = false;
        if (split)
        {
            // Of two that believe they have the item, the one that is left learns of the other by its ledger.
            Die();
            Begin("question", () => _serving.Item("soup").LedgerChanged());
        }

        const int Rounds = 30;
        for (var round = 1; ; round++)
        {
            _steps.RunAll();
            if (round > 2 && IsQuiet()) // what is counted a moment later has been counted
                return;
            Assert.True(round < Rounds, $"Not all is quiet after {Rounds} rounds: {string.Join(", ", _rows.Orders.Select(order => $"{order.OrderId} {order.Status}"))}");
            Begin("sweeper", SweepAsync);
            _steps.RunAll();
            _steps.Clock.Advance(TimeSpan.FromSeconds(15));
        }
    }

    private bool IsQuiet()
    {
        var (held, waiting) = (-1, -1);
        Begin("question", async () =>
        {
            held = (await _serving.Item("soup").Get()).Held;
            waiting = (await _serving.Station.Waiting()).Length;
        });
        _steps.RunAll();
        return held == 0 && waiting == 0 && _rows.Orders.All(order => order.Status.IsFinal() || !OrderRules.Exists(order));
    }

    private void Check()
    {
        if (_failures is [var failure, ..])
            throw failure;
        Assert.Equal(0, _hungry);
        StockLevel? level = null;
        Begin("question", async () => level = await _serving.Item("soup").Get());
        _steps.RunAll();
        var received = _rows.Received("soup");
        Assert.Equal(received, level!.OnHand + level.Held + level.Sold + level.WrittenOff);
        Assert.True(level.OnHand >= 0, $"{level.OnHand} on hand");
        Assert.Equal(_rows.Sold("soup"), _rows.SoldByTheHead("soup"));
        Assert.Equal(_rows.Sold("soup"), level.Sold);
        foreach (var order in _rows.Orders)
            Assert.Equal(order.Sold.Sum(entry => entry.Quantity), _rows.SoldTo(order.OrderId, "soup"));
        Assert.Equal(_rows.Sold("soup"), _rows.Orders.Sum(order => order.Sold.Sum(entry => entry.Quantity)));
        foreach (var (id, answers) in _answers)
        {
            var order = _rows.Orders.FirstOrDefault(order => order.OrderId == id);
            var accepted = answers.OfType<PlaceResult.Accepted>().ToArray();
            Assert.True(accepted.Count(answer => !answer.Replayed) <= 1, $"{id} was placed twice");
            if (accepted.Length > 0)
                Assert.True(OrderRules.Exists(order) && order!.Status.IsFinal(), $"{id} was accepted, and is {order?.Status.ToString() ?? "not there"}");
            if (_cancelled.Contains(id))
                Assert.Equal(OrderStatus.Cancelled, order!.Status);
        }
    }

    private async Task DineAsync(Diner diner, bool anySilo)
    {
        var placed = await UntilAnsweredAsync(anySilo, silo => silo.Order(diner.Order).Place(Cafe.Wish($"student {diner.Order}", ("soup", diner.Quantity))));
        (_answers.TryGetValue(diner.Order, out var answers) ? answers : _answers[diner.Order] = []).Add(placed);
        if (diner.Cancels && placed is PlaceResult.Accepted
            && await UntilAnsweredAsync(anySilo, silo => silo.Order(diner.Order).Cancel(new CancelOrder(Cafe.Cook, null))) is StepResult.Done)
            _cancelled.Add(diner.Order);
        _hungry--;
    }

    private async Task<T> UntilAnsweredAsync<T>(bool anySilo, Func<StepSilo, Task<T>> ask)
    {
        for (; ; )
        {
            try
            {
                return await ask(anySilo && _serving == _silos[0] && _steps.Choices.OneIn(2) ? _silos[1] : _serving);
            }
            catch (Exception failure) when (failure is OrleansException or TimeoutException)
            {
                // Asked again, with the same key.
            }
        }
    }

    private async Task SweepAsync()
    {
        var silo = _serving;
        var storage = silo.Rows;
        try
        {
            var due = await storage.ClaimDueAsync(silo.Now, TimeSpan.FromSeconds(5), 100, CancellationToken.None);
            await Task.WhenAll(due.Select(order => silo.Order(order.OrderId).Advance()));
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException)
        {
            // Claimed again when the lease is over.
        }
    }

    private void Begin(string who, Func<Task> life)
    {
        var context = new StepContext(_steps, who);
        _steps.Add(null, "begins:", who, () => context.Run(() => _ = LiveAsync()));

        async Task LiveAsync()
        {
            try
            {
                await life();
            }
            catch (Exception failure)
            {
                _failures.Add(failure);
            }
        }
    }

    private bool Intercept(StepSilo silo, GrainCall call, string key)
    {
        if (_rows.Bug is not Bug.ALeaseIsARelease || call.Method is not { Name: nameof(IOrderGrain.HoldExpired) })
            return false;
        _ = silo.Item("soup").Settle(GrainKey.Parse(key).Id, null);
        return true;
    }

    /// <summary>Where a diner's life goes on: in a step of its own.</summary>
    private sealed class StepContext(Steps steps, string who) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => steps.Add(null, "goes on:", who, () => Run(() => d(state)));

        public void Run(Action action)
        {
            SetSynchronizationContext(this);
            try
            {
                action();
            }
            finally
            {
                SetSynchronizationContext(null);
            }
        }
    }
}
