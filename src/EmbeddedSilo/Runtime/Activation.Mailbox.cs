using Orleans;
using Orleans.Runtime;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>Which of the calls that wait may start, and when.</summary>
internal sealed partial class Activation
{
    /// <summary>Takes back a call that nobody waits for any more, if it has not started.</summary>
    public void Withdraw(GrainCall call)
    {
        bool schedule;
        lock (_gate)
        {
            schedule = _waiting.Remove(call) && Admit();
        }

        if (schedule)
        {
            TellOthers();
        }
    }

    private bool MayStart(GrainCall call) =>
        _running == 0
        || call.IsAlwaysInterleave
        || _blocking is null
        || Class.IsReentrant
        || (call.IsReadOnly && _blocking.IsReadOnly);

    private void RecordStart(GrainCall call)
    {
        _running++;
        if (_blocking is null && !call.IsAlwaysInterleave)
        {
            _blocking = call;
        }

        if (call.ReceivedAt != 0)
        {
            Instruments.MailboxWaited(call.ReceivedAt);
        }
    }

    /// <summary>Under the lock. True: the thread pool has to be told.</summary>
    private bool MakeReady(object turn)
    {
        (_ready ??= new Queue<object>()).Enqueue(turn);
        if (_active)
        {
            return false;
        }

        return _active = true;
    }

    /// <summary>Under the lock: lets every waiting call start that may, in the order of arrival. True: tell the thread pool.</summary>
    private bool Admit()
    {
        if (_draining && _phase == Phase.Valid && _running == 0 && _waiting.Count == 0)
        {
            BeginDeactivation(new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo is stopping."));
        }

        if (_phase == Phase.Deactivating)
        {
            FinishWhenQuiet();
            return false;
        }

        var schedule = false;
        if (_phase == Phase.Valid)
        {
            for (var call = _waiting.First; call is not null;)
            {
                var next = call.NextWaiting;
                if (MayStart(call))
                {
                    _waiting.Remove(call);
                    RecordStart(call);
                    schedule |= MakeReady(call);
                }
                else if (_waiting.Interleaving == 0 && !(_blocking is { IsReadOnly: true } && _waiting.ReadOnly > 0))
                {
                    break;
                }

                call = next;
            }
        }

        return schedule;
    }
}
