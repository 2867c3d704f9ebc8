namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>Calls in the order of arrival, linked through themselves. Guarded by its activation's lock.</summary>
internal sealed class CallQueue
{
    private GrainCall? _last;

    public GrainCall? First { get; private set; }

    public int Count { get; private set; }

    /// <summary>How many of them may start beside anything.</summary>
    public int Interleaving { get; private set; }

    /// <summary>How many of them may start beside one that reads only.</summary>
    public int ReadOnly { get; private set; }

    public void Add(GrainCall call)
    {
        Volatile.Write(ref call.WaitsIn, this);
        call.PreviousWaiting = _last;
        if (_last is null)
        {
            First = call;
        }
        else
        {
            _last.NextWaiting = call;
        }

        _last = call;
        Tally(call, 1);
    }

    public bool Remove(GrainCall call)
    {
        if (Volatile.Read(ref call.WaitsIn) != this)
        {
            return false;
        }

        call.WaitsIn = null;
        if (call.PreviousWaiting is { } previous)
        {
            previous.NextWaiting = call.NextWaiting;
        }
        else
        {
            First = call.NextWaiting;
        }

        if (call.NextWaiting is { } next)
        {
            next.PreviousWaiting = call.PreviousWaiting;
        }
        else
        {
            _last = call.PreviousWaiting;
        }

        call.NextWaiting = call.PreviousWaiting = null;
        Tally(call, -1);
        return true;
    }

    public List<GrainCall> TakeAll()
    {
        var all = new List<GrainCall>(Count);
        while (First is { } call)
        {
            Remove(call);
            all.Add(call);
        }

        return all;
    }

    private void Tally(GrainCall call, int by)
    {
        Count += by;
        if (call.IsAlwaysInterleave)
        {
            Interleaving += by;
        }

        if (call.IsReadOnly)
        {
            ReadOnly += by;
        }
    }
}
