using System.Diagnostics;
using System.Runtime.CompilerServices;
using Cafeteria.EmbeddedSilo.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Cafeteria.EmbeddedSilo.Storage;

/// <summary>
/// A state of an activation. Its operations run one after the other; a write that meets one not yet started joins it, so any
/// number of turns share two writes. It is touched in the activation's turns only, which is its lock.
/// </summary>
internal sealed class PersistentState<TState> : IPersistentState<TState>, IStateFacet
{
    private readonly Activation _activation;
    private readonly IGrainStorage _storage;
    private readonly string _name;
    private readonly GrainState<TState> _row = new(NewState());
    private Operation? _last;
    private bool _loaded;

    private PersistentState(Activation activation, IGrainStorage storage, string name)
    {
        _activation = activation;
        _storage = storage;
        _name = name;
    }

    private enum Kind
    {
        Read,
        Write,
        Clear,
    }

    public TState State
    {
        get
        {
            CheckTurn();
            return _row.State!;
        }

        set
        {
            CheckTurn();
            _row.State = value;
        }
    }

    public string? Etag => _row.ETag;

    public bool RecordExists => _loaded ? _row.RecordExists : throw new InvalidOperationException("State has not yet been loaded");

    public static object Create(IPersistentStateConfiguration which, Activation activation)
    {
        var storage = string.IsNullOrWhiteSpace(which.StorageName)
            ? activation.ActivationServices.GetService<IGrainStorage>()
            : activation.ActivationServices.GetKeyedService<IGrainStorage>(which.StorageName);
        if (storage is null)
        {
            throw new BadProviderConfigException(
                string.IsNullOrWhiteSpace(which.StorageName)
                    ? $"No default storage provider found loading grain type {activation.Class.Type}."
                    : $"No storage provider named \"{which.StorageName}\" found loading grain type {activation.Class.Type}.");
        }

        var state = new PersistentState<TState>(activation, storage, which.StateName);
        activation.Add(state);
        return state;
    }

    public Task LoadAsync(CancellationToken cancellation) => ReadAsync(CancellationToken.None);

    public Task ReadStateAsync() => Queue(Kind.Read, default);

    public Task ReadStateAsync(CancellationToken cancellationToken) => Queue(Kind.Read, cancellationToken);

    public Task WriteStateAsync() => Queue(Kind.Write, default);

    public Task WriteStateAsync(CancellationToken cancellationToken) => Queue(Kind.Write, cancellationToken);

    public Task ClearStateAsync() => Queue(Kind.Clear, default);

    public Task ClearStateAsync(CancellationToken cancellationToken) => Queue(Kind.Clear, cancellationToken);

    // Without a row a state is what Orleans makes of its type: constructed if there is a public constructor without
    // parameters, otherwise an object whose constructor never ran.
    private static TState NewState() =>
        typeof(TState).GetConstructor(Type.EmptyTypes) is not null
            ? Activator.CreateInstance<TState>()
            : (TState)RuntimeHelpers.GetUninitializedObject(typeof(TState));

    private static void CheckTurn()
    {
        if (Activation.Current is null)
        {
            throw new InvalidOperationException("A grain's state is touched in the grain's turns only.");
        }
    }

    private Task Queue(Kind kind, CancellationToken cancellation)
    {
        CheckTurn();
        if (kind != Kind.Read && !cancellation.CanBeCanceled && _last is { Started: false, Cancellation.CanBeCanceled: false } waiting
            && waiting.Kind == kind)
        {
            return waiting.Task;
        }

        var operation = new Operation(kind, _last, cancellation);
        _last = operation;
        return operation.Task = RunAsync(operation);
    }

    private async Task RunAsync(Operation operation)
    {
        // Comes back to the scheduler first, so that what is asked in the same turn finds it waiting.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        try
        {
            Task? previous = null;
            if (operation.Previous is { } before)
            {
                previous = before.Task;
                await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }

            operation.Started = true;
            var settledBefore = previous is { IsCompletedSuccessfully: true };
            switch (operation.Kind)
            {
                // After any operation that succeeded the state is the stored one.
                case Kind.Read when !settledBefore:
                    await ReadAsync(operation.Cancellation);
                    break;
                case Kind.Write:
                    await WriteAsync(operation.Cancellation);
                    break;
                case Kind.Clear when !(settledBefore && operation.Previous!.Kind == Kind.Clear):
                    await ClearAsync(operation.Cancellation);
                    break;
            }
        }
        finally
        {
            operation.Previous = null;
            if (_last == operation)
            {
                _last = null;
            }
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            await _storage.ReadStateAsync(_name, _activation.GrainId, _row, cancellation);
            _row.State = Copied(_row.State);
            _loaded = true;
            Instruments.StorageRead(start);
        }
        catch (Exception failure) when (!IsCancellation(failure, cancellation))
        {
            throw Failed(failure, nameof(ReadStateAsync));
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            if (_activation.Runtime.Codec is null)
            {
                await _storage.WriteStateAsync(_name, _activation.GrainId, _row, cancellation);
            }
            else
            {
                var copy = new GrainState<TState>(Copied(_row.State), _row.ETag) { RecordExists = _row.RecordExists };
                await _storage.WriteStateAsync(_name, _activation.GrainId, copy, cancellation);
                (_row.ETag, _row.RecordExists) = (copy.ETag, copy.RecordExists);
            }

            Instruments.StorageWritten(start);
        }
        catch (Exception failure) when (!IsCancellation(failure, cancellation))
        {
            throw Failed(failure, nameof(WriteStateAsync));
        }
    }

    private async Task ClearAsync(CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            await _storage.ClearStateAsync(_name, _activation.GrainId, _row, cancellation);
            Instruments.StorageCleared(start);
        }
        catch (Exception failure) when (!IsCancellation(failure, cancellation))
        {
            throw Failed(failure, nameof(ClearStateAsync));
        }
    }

    private static bool IsCancellation(Exception failure, CancellationToken cancellation) =>
        failure is OperationCanceledException && cancellation.IsCancellationRequested;

    private TState? Copied(TState? state) =>
        _activation.Runtime.Codec is { } codec && state is not null ? (TState?)codec.Copy(state, typeof(TState)) : state;

    private OrleansException Failed(Exception failure, string operation)
    {
        Instruments.StorageFailed(operation);
        Log.StorageFailed(_activation.Runtime.Logger, failure, operation, _name, _activation.GrainId, _storage.GetType().Name);
        if (failure is OrleansException known)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(known);
        }

        return new OrleansException(
            $"Error from storage provider {_storage.GetType().Name}.{_name} during {operation} for grain {_activation.GrainId}: {failure.Message}",
            failure);
    }

    private sealed class Operation(Kind kind, Operation? previous, CancellationToken cancellation)
    {
        public Kind Kind { get; } = kind;

        public CancellationToken Cancellation { get; } = cancellation;

        public Operation? Previous { get; set; } = previous;

        public bool Started { get; set; }

        public Task Task { get; set; } = Task.CompletedTask;
    }
}
