using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>The silo: finds or makes the activation that a call is for, and puts the filters around the call.</summary>
internal sealed class SiloRuntime : IClusterClient, IDisposable
{
    // As in Orleans: a call that meets this many activations which go away is given up.
    private const int MaxForwards = 2;

    private readonly Lazy<GrainCatalog> _catalog;
    private readonly Deadlines _deadlines;
    private readonly IIncomingGrainCallFilter[] _incoming;
    private readonly IOutgoingGrainCallFilter[] _outgoing;
    private readonly ConditionalWeakTable<IGrainObserver, ObserverTarget> _observers = [];
    private readonly bool _traces;
    private volatile bool _open;
    private volatile bool _stopped = true;

    public SiloRuntime(
        IServiceProvider services,
        IOptions<SiloMessagingOptions> messaging,
        IOptions<GrainCollectionOptions> collection,
        IEnumerable<IIncomingGrainCallFilter> incoming,
        IEnumerable<IOutgoingGrainCallFilter> outgoing,
        ILoggerFactory loggers)
    {
        Services = services;
        Collection = collection.Value;
        MaxEnqueuedRequests = messaging.Value.MaxEnqueuedRequestsHardLimit;
        Logger = loggers.CreateLogger("Orleans.Runtime");
        Codec = services.GetService<IMessageCodec>();
        Schedule = services.GetService<Schedule>();
        _traces = services.GetService<Hosting.ActivityPropagation>() is not null;
        _catalog = new Lazy<GrainCatalog>(() => new GrainCatalog(Collection));
        _deadlines = new Deadlines(messaging.Value.ResponseTimeout);
        _incoming = [.. incoming];
        _outgoing = [.. outgoing];
    }

    public IServiceProvider Services { get; }

    IServiceProvider IClusterClient.ServiceProvider => Services;

    public GrainCollectionOptions Collection { get; }

    public int MaxEnqueuedRequests { get; }

    public ILogger Logger { get; }

    /// <summary>In tests: what crosses from one grain to another, or into the storage, goes through this.</summary>
    public IMessageCodec? Codec { get; }

    /// <summary>In tests: says what happens when.</summary>
    public Schedule? Schedule { get; }

    public GrainCatalog Catalog => _catalog.Value;

    public bool HasOutgoingFilters => _outgoing.Length > 0;

    public IReadOnlyList<IOutgoingGrainCallFilter> OutgoingFilters => _outgoing;

    public IReadOnlyList<IIncomingGrainCallFilter> IncomingFilters => _incoming;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        (TGrainInterface)(object)Reference(typeof(TGrainInterface), Catalog.For(typeof(TGrainInterface), grainClassNamePrefix), Checked(primaryKey));

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable =>
        (TGrainInterface)(object)Reference(typeof(TGrainInterface), Catalog.For(grainId.Type), grainId.Key.ToString());

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        (IGrain)Reference(grainInterfaceType, Catalog.For(grainInterfaceType), Checked(grainPrimaryKey));

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is GrainReference)
        {
            throw new ArgumentException("The object is a reference already.", nameof(obj));
        }

        var target = _observers.GetValue(obj, observer => new ObserverTarget(this, observer));
        return (TGrainObserverInterface)(object)Reference(typeof(TGrainObserverInterface), target);
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is not GrainReference { Observer: { } target })
        {
            throw new ArgumentException("The object is not a reference made by CreateObjectReference.", nameof(obj));
        }

        if (target.Observer is { } observer)
        {
            _observers.Remove(observer);
        }

        target.Delete();
    }

    public GrainReference Reference(Type interfaceType, GrainClass grainClass, string key) =>
        ProxyFactory.For(interfaceType)(this, grainClass, null, key);

    public GrainReference Reference(Type interfaceType, ObserverTarget observer) =>
        ProxyFactory.For(interfaceType)(this, null, observer, observer.Key);

    /// <summary>Sends a call. Afterwards it has its outcome, or an answer to come.</summary>
    public void SendCall(GrainReference reference, GrainCall call) => Send(reference, call, call.CancellationToken);

    /// <summary>Sends a turn of the runtime's own.</summary>
    public void Send(GrainClass grainClass, string key, GrainCall call)
    {
        if (_stopped)
        {
            call.Fail(Unavailable(call));
            return;
        }

        Deliver(grainClass, key, call, mayRunHere: false);
        Watch(call, default);
    }

    /// <summary>Sends a call on that came too late for its activation.</summary>
    public void Forward(GrainCall call, GrainClass grainClass, string key)
    {
        if (call.IsAnswered)
        {
            return;
        }

        if (++call.Forwards > MaxForwards)
        {
            call.Fail(new OrleansMessageRejectionException($"Forwarding failed: {call} to {grainClass.Type}/{key} met one deactivating activation after another."));
            return;
        }

        Deliver(grainClass, key, call, mayRunHere: false);
    }

    /// <summary>In the activation's turn: the call with its filters and its trace.</summary>
    public Task Invoke(Activation activation, GrainCall call, GrainMethod method)
    {
        if (_incoming.Length == 0 && call.Trace is null && Codec is null && !activation.Class.IsCallFilter)
        {
            return call.Invoke(activation.Instance!);
        }

        return call.Wrap(new IncomingCall(activation, call, method));
    }

    public void Open()
    {
        _ = Catalog;
        _stopped = false;
        _open = true;
    }

    /// <summary>From now on only grains may call grains.</summary>
    public void Close() => _open = false;

    /// <summary>From now on nobody may, and nobody waits any longer.</summary>
    public void Stop()
    {
        _stopped = true;
        _deadlines.FailAll(Unavailable);
    }

    public IEnumerable<Activation> Activations() =>
        _catalog.IsValueCreated ? Catalog.Classes.SelectMany(of => of.Activations.Values) : [];

    public void Dispose() => _deadlines.Dispose();

    private static SiloUnavailableException Unavailable(GrainCall call) =>
        new($"The silo is not serving: {call} was not carried out, or its outcome is not known.");

    private static string Checked(string key) =>
        string.IsNullOrWhiteSpace(key) ? throw new ArgumentException("A grain's key cannot be empty.", nameof(key)) : key;

    private void Send(GrainReference reference, GrainCall call, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            call.PrepareAnswer();
            call.Cancel(cancellation);
            return;
        }

        call.Source = Activation.Current;
        if (_stopped || (!_open && call.Source is null))
        {
            call.Fail(Unavailable(call));
            return;
        }

        call.RequestValues = RequestContext.Snapshot;
        Codec?.CopyArguments(call);
        call.StartedAt = Instruments.CallStart();
        if (_traces)
        {
            Tracing.Outgoing(call, reference);
        }

        if (reference.Observer is { } observer)
        {
            observer.Receive(call);
        }
        else if (Schedule is not null)
        {
            SendByTheSchedule(reference.Class!, reference.Key, call);
        }
        else
        {
            Deliver(reference.Class!, reference.Key, call, mayRunHere: true);
        }

        Watch(call, cancellation);
        if (!call.HasAnswer)
        {
            // It ended here, or nobody waits for it.
            call.Observe(call.Outcome);
        }
    }

    private void SendByTheSchedule(GrainClass grainClass, string key, GrainCall call)
    {
        call.PrepareAnswerInOrder();
        Schedule!.Sent(call, grainClass, key, () => Deliver(grainClass, key, call, mayRunHere: true));
    }

    private void Deliver(GrainClass grainClass, string key, GrainCall call, bool mayRunHere)
    {
        while (true)
        {
            if (!grainClass.Activations.TryGetValue(key, out var activation))
            {
                activation = grainClass.Activations.GetOrAdd(
                    key, static (key, of) => new Activation(of.Runtime, of.Class, key), (Runtime: this, Class: grainClass));
            }

            if (activation.TryReceive(call, mayRunHere))
            {
                return;
            }
        }
    }

    private void Watch(GrainCall call, CancellationToken cancellation)
    {
        if (call.Outcome is not null || !call.HasAnswer || call.IsAnswered)
        {
            return;
        }

        _deadlines.Add(call);
        if (cancellation.CanBeCanceled)
        {
            call.CancelWith(cancellation);
        }
    }
}
