using Orleans;
using Orleans.Runtime;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>An observer as grains call it: one call after the other, as long as the object lives.</summary>
internal sealed class ObserverTarget(SiloRuntime runtime, IGrainObserver observer)
{
    private const string TypeName = "sys.client";

    private readonly WeakReference<IGrainObserver> _observer = new(observer);
    private readonly Queue<GrainCall> _calls = new();
    private bool _pumping, _deleted;

    public string Key { get; } = Guid.NewGuid().ToString("N");

    public IGrainObserver? Observer => _observer.TryGetTarget(out var observer) ? observer : null;

    public static GrainId IdOf(string key) => GrainId.Create(TypeName, key);

    public void Delete() => Volatile.Write(ref _deleted, true);

    public void Receive(GrainCall call)
    {
        if (!call.IsOneWay)
        {
            call.PrepareAnswer();
        }

        lock (_calls)
        {
            _calls.Enqueue(call);
            if (_pumping)
            {
                return;
            }

            _pumping = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.PumpAsync(), this, preferLocal: false);
    }

    private async Task PumpAsync()
    {
        while (true)
        {
            GrainCall? call;
            lock (_calls)
            {
                if (!_calls.TryDequeue(out call))
                {
                    _pumping = false;
                    return;
                }
            }

            if (!call.IsAnswered)
            {
                await RunAsync(call);
            }
        }
    }

    private async Task RunAsync(GrainCall call)
    {
        try
        {
            if (Volatile.Read(ref _deleted) || Observer is not { } observer)
            {
                throw new ClientNotAvailableException($"The observer {IdOf(Key)} is not there any more: {call}.");
            }

            RequestContext.Import(call.RequestValues);
            var outcome = call.Invoke(observer);
            await ((Task)outcome).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (call.IsOneWay && outcome.IsFaulted)
            {
                Log.OneWayCallFailed(runtime.Logger, outcome.Exception!.InnerException!, call, IdOf(Key));
            }

            call.Complete(outcome);
        }
        catch (Exception failure)
        {
            if (call.IsOneWay)
            {
                Log.OneWayCallFailed(runtime.Logger, failure, call, IdOf(Key));
            }

            call.Fail(failure);
        }
    }
}
