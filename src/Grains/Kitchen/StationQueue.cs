namespace Cafeteria.Kitchen;

/// <summary>
/// The cooks' slots and the tickets in front of them: who starts when. Knows no clock (the time is told) and no grain.
/// A ticket takes the slot that is free first; a promise takes one too, until it is queued or forgotten.
/// </summary>
internal sealed class StationQueue(int cooks, StationMode mode)
{
    /// <summary>Done tickets stay in sight this long, for a recall; at most this many.</summary>
    private static readonly TimeSpan ShowDone = TimeSpan.FromMinutes(5);

    private const int ShowDoneAtMost = 50;

    private readonly Dictionary<string, QueueEntry> _entries = [];

    /// <summary>The same ones, the oldest first: a screen that shows five hundred of a rush's tickets does not go through all.</summary>
    private readonly SortedSet<QueueEntry> _line = new(Comparer<QueueEntry>.Create((one, other) => one.Arrival.CompareTo(other.Arrival)));
    private readonly PriorityQueue<(string OrderId, int Plan), DateTimeOffset> _dueTimes = new();
    private readonly Queue<(string OrderId, DateTimeOffset ForgottenAt)> _promises = new();
    private readonly List<QueueEntry> _done = [];
    private DateTimeOffset[] _slotFreeAt = new DateTimeOffset[cooks];
    private long _arrivals;
    private bool _gaps;

    public int Cooks { get; private set; } = cooks;

    public StationMode Mode { get; private set; } = mode;

    public int Promised { get; private set; }

    /// <summary>How many times it waits for: two of each ticket, where the clock decides.</summary>
    public int Watched => _dueTimes.Count;

    public SlotPromise Promise(PromiseSlot command, DateTimeOffset now, TimeSpan keepFor)
    {
        if (_entries.TryGetValue(command.OrderId, out var known) && (known.Queued || known.Attempt == command.Attempt))
            return new SlotPromise(known.StartsAt, known.DueAt, Mode);
        if (known is not null)
            Forget(known);
        var entry = Add(command.OrderId, command.PrepSeconds, now);
        entry.Attempt = command.Attempt;
        Promised++;
        Plan(entry, now);
        _promises.Enqueue((entry.OrderId, now + keepFor));
        return new SlotPromise(entry.StartsAt, entry.DueAt, Mode);
    }

    public TicketProgress Queue(QueueTicket command, DateTimeOffset now)
    {
        var ticket = command.Ticket;
        if (!_entries.TryGetValue(command.OrderId, out var entry))
        {
            var done = _done.Find(done => done.OrderId == command.OrderId);
            if (ticket.Status is TicketStatus.Done || (done is not null && !IsRecalled(ticket, done)))
                return new TicketProgress(TicketStatus.Done, ticket.StartsAt, ticket.DueAt, Mode);
            _done.RemoveAll(entry => entry == done);
            entry = Restore(command, now);
        }
        else if (!entry.Queued)
        {
            Promised--;
            Enter(entry, command);
        }

        if (ticket.Status > entry.Recorded)
            Record(entry, ticket.Status, now);
        var progress = new TicketProgress(StatusOf(entry, now), entry.StartsAt, entry.DueAt, Mode);
        if (progress.Status is TicketStatus.Done)
            Finish(entry, now);
        else if (progress.Status is TicketStatus.Cooking)
            entry.Recorded = TicketStatus.Cooking;
        return progress;
    }

    public void Record(string orderId, TicketStatus status, DateTimeOffset now)
    {
        if (_entries.TryGetValue(orderId, out var entry))
        {
            Record(entry, status, now);
            return;
        }

        var recalled = _done.FindIndex(done => done.OrderId == orderId);
        if (status is TicketStatus.Done || recalled < 0)
            return;
        entry = _done[recalled];
        _done.RemoveAt(recalled);
        Add(entry);
        Record(entry, status, now);
    }

    public void Withdraw(string orderId)
    {
        if (_entries.TryGetValue(orderId, out var entry))
            Forget(entry);
        _done.RemoveAll(done => done.OrderId == orderId);
    }

    public void Configure(int cooks, StationMode mode, DateTimeOffset now)
    {
        var begins = mode is StationMode.Auto && Mode is StationMode.Manual;
        Cooks = cooks;
        Mode = mode;
        PlanAgain(now);
        // Nothing was due while cooks decided: each order hears at once that now the clock does, and writes down when to look.
        if (begins)
            foreach (var entry in _entries.Values.Where(entry => entry.Queued))
                _dueTimes.Enqueue((entry.OrderId, entry.Plan), now);
    }

    /// <summary>Forgets promises nobody queued, closes gaps in the plan, and answers the orders whose ticket's time has come.</summary>
    public IReadOnlyList<string> Tick(DateTimeOffset now, int atMost)
    {
        while (_promises.TryPeek(out var promise) && promise.ForgottenAt <= now)
        {
            _promises.Dequeue();
            if (_entries.TryGetValue(promise.OrderId, out var entry) && !entry.Queued)
                Forget(entry);
        }

        if (_gaps)
            PlanAgain(now);
        _done.RemoveAll(done => done.DoneAt + ShowDone <= now);

        var due = new List<string>();
        while (Mode is StationMode.Auto && due.Count < atMost && _dueTimes.TryPeek(out var next, out var at) && at <= now)
        {
            _dueTimes.Dequeue();
            if (_entries.TryGetValue(next.OrderId, out var entry) && entry.Queued && entry.Plan == next.Plan)
                due.Add(entry.OrderId);
        }

        return due;
    }

    public (int Queued, int Cooking) Count(DateTimeOffset now)
    {
        var cooking = _entries.Values.Count(entry => entry.Queued && StatusOf(entry, now) is TicketStatus.Cooking);
        return (_entries.Values.Count(entry => entry.Queued) - cooking, cooking);
    }

    /// <summary>Orders that no cook has begun, who is next first.</summary>
    public ImmutableArray<string> Waiting(DateTimeOffset now) =>
    [
        .. _line.Where(entry => entry.Queued && StatusOf(entry, now) is TicketStatus.Queued).Select(entry => entry.OrderId),
    ];

    /// <summary>Oldest first; at most <paramref name="atMost"/> that are not done, and the latest done.</summary>
    public ImmutableArray<StationTicket> Tickets(DateTimeOffset now, int atMost) =>
    [
        .. _done.Concat(_line.Where(entry => entry.Queued).Take(atMost))
            .Select(entry => new StationTicket(entry.OrderId, entry.Number, entry.Lines,
                entry.DoneAt != default && !_entries.ContainsKey(entry.OrderId) ? TicketStatus.Done : StatusOf(entry, now), entry.QueuedAt, ShownDue(entry)))
            .OrderBy(ticket => ticket.QueuedAt),
    ];

    /// <summary>
    /// Cooking again, and the station was not told. The clock's own word, that it is done, an order may have yet to record;
    /// where cooks decide, the order knew first.
    /// </summary>
    private bool IsRecalled(Ticket ticket, QueueEntry done) =>
        ticket.Status is TicketStatus.Cooking && (Mode is StationMode.Manual || ticket.StartsAt > done.StartsAt);

    /// <summary>Where cooks decide, a ticket that nobody has begun is due when it was promised, and late after that.</summary>
    private DateTimeOffset ShownDue(QueueEntry entry) =>
        Mode is StationMode.Manual && entry is { Recorded: TicketStatus.Queued, PromisedFor: { } promised } && promised < entry.DueAt ? promised : entry.DueAt;

    /// <summary>A ticket that the station has forgotten, or that its activation before this one had.</summary>
    private QueueEntry Restore(QueueTicket command, DateTimeOffset now)
    {
        var entry = Add(command.OrderId, command.Ticket.PrepSeconds, now);
        if (command.Ticket.Status is TicketStatus.Cooking)
        {
            entry.StartsAt = command.Ticket.StartsAt;
            entry.DueAt = command.Ticket.DueAt;
            entry.Recorded = TicketStatus.Cooking;
            Occupy(entry);
        }
        else
        {
            Plan(entry, now);
        }

        Enter(entry, command);
        return entry;
    }

    private void Enter(QueueEntry entry, QueueTicket command)
    {
        entry.Queued = true;
        entry.QueuedAt = command.Ticket.QueuedAt;
        entry.PromisedFor = command.Ticket.DueAt;
        entry.Number = command.Number;
        entry.Lines = command.Lines;
        Watch(entry);
    }

    private QueueEntry Add(string orderId, int prepSeconds, DateTimeOffset now)
    {
        var entry = new QueueEntry { OrderId = orderId, PrepSeconds = prepSeconds, Arrival = _arrivals++, QueuedAt = now };
        Add(entry);
        return entry;
    }

    private void Add(QueueEntry entry)
    {
        _entries.Add(entry.OrderId, entry);
        _line.Add(entry);
    }

    private bool Remove(QueueEntry entry) => _entries.Remove(entry.OrderId) && _line.Remove(entry);

    private void Record(QueueEntry entry, TicketStatus status, DateTimeOffset now)
    {
        if (status is TicketStatus.Done)
        {
            Finish(entry, now);
            return;
        }

        if (status is TicketStatus.Cooking && (entry.Recorded is not TicketStatus.Cooking || entry.DoneAt != default))
        {
            entry.StartsAt = now;
            entry.DueAt = now.AddSeconds(entry.PrepSeconds);
            entry.DoneAt = default;
            Watch(entry);
        }

        // Put back: its slot is free, and the plan is made anew.
        _gaps |= status < entry.Recorded;
        entry.Recorded = status;
    }

    private void Finish(QueueEntry entry, DateTimeOffset now)
    {
        if (!Remove(entry))
            return;
        entry.DoneAt = now;
        entry.Recorded = TicketStatus.Done;
        _done.Add(entry);
        if (_done.Count > ShowDoneAtMost)
            _done.RemoveAt(0);
    }

    private void Forget(QueueEntry entry)
    {
        Remove(entry);
        if (!entry.Queued)
            Promised--;
        _gaps = true;
    }

    /// <summary>In auto mode the clock's word, in manual mode the order's.</summary>
    private TicketStatus StatusOf(QueueEntry entry, DateTimeOffset now) => Mode is StationMode.Manual ? entry.Recorded
        : now >= entry.DueAt ? TicketStatus.Done
        : now >= entry.StartsAt || entry.Recorded is TicketStatus.Cooking ? TicketStatus.Cooking
        : TicketStatus.Queued;

    private void Plan(QueueEntry entry, DateTimeOffset now)
    {
        var slot = FirstFreeSlot();
        entry.StartsAt = _slotFreeAt[slot] > now ? _slotFreeAt[slot] : now;
        entry.DueAt = entry.StartsAt.AddSeconds(entry.PrepSeconds);
        _slotFreeAt[slot] = entry.DueAt;
        Watch(entry);
    }

    private void Occupy(QueueEntry entry)
    {
        var slot = FirstFreeSlot();
        if (entry.DueAt > _slotFreeAt[slot])
            _slotFreeAt[slot] = entry.DueAt;
        Watch(entry);
    }

    /// <summary>Everyone moves up: who is cooking keeps the slot, the rest are planned anew in the order they came.</summary>
    private void PlanAgain(DateTimeOffset now)
    {
        _gaps = false;
        _dueTimes.Clear();
        _slotFreeAt = new DateTimeOffset[Cooks];
        foreach (var entry in _line.Where(entry => IsCooking(entry, now)))
            Occupy(entry);
        foreach (var entry in _line.Where(entry => !IsCooking(entry, now)))
            Plan(entry, now);
    }

    private bool IsCooking(QueueEntry entry, DateTimeOffset now) => entry.Queued && StatusOf(entry, now) is not TicketStatus.Queued;

    private void Watch(QueueEntry entry)
    {
        entry.Plan++;
        if (!entry.Queued || Mode is StationMode.Manual) // where cooks decide nothing comes due, and a day of it would be kept
            return;
        _dueTimes.Enqueue((entry.OrderId, entry.Plan), entry.StartsAt);
        _dueTimes.Enqueue((entry.OrderId, entry.Plan), entry.DueAt);
    }

    private int FirstFreeSlot()
    {
        var first = 0;
        for (var slot = 1; slot < _slotFreeAt.Length; slot++)
            if (_slotFreeAt[slot] < _slotFreeAt[first])
                first = slot;
        return first;
    }
}
