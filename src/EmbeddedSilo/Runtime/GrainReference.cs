using Orleans.Runtime;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>The base of the emitted proxies: names a grain or an observer, and sends calls to it.</summary>
internal abstract class GrainReference : IAddressable, IEquatable<GrainReference>
{
    protected GrainReference(SiloRuntime runtime, GrainClass? grainClass, ObserverTarget? observer, string key)
    {
        Runtime = runtime;
        Class = grainClass;
        Observer = observer;
        Key = key;
    }

    public SiloRuntime Runtime { get; }

    public GrainClass? Class { get; }

    public ObserverTarget? Observer { get; }

    public string Key { get; }

    public GrainId GrainId => Class is { } grainClass ? GrainId.Create(grainClass.Type, Key) : ObserverTarget.IdOf(Key);

    public GrainReference As(Type interfaceType) =>
        Class is { } grainClass ? Runtime.Reference(interfaceType, grainClass, Key) : Runtime.Reference(interfaceType, Observer!);

    public bool Equals(GrainReference? other) =>
        other is not null && Class == other.Class && Observer == other.Observer && string.Equals(Key, other.Key, StringComparison.Ordinal);

    public sealed override bool Equals(object? obj) => Equals(obj as GrainReference);

    public sealed override int GetHashCode() => HashCode.Combine(Class, Key);

    public sealed override string ToString() => $"GrainReference:{GrainId}";

    // Called by the emitted methods.
    public Task Send(MethodCall call)
    {
        if (Runtime.HasOutgoingFilters)
        {
            return new OutgoingCall(this, call, call.Method).Invoke();
        }

        Runtime.SendCall(this, call);
        return call.IsOneWay ? Task.CompletedTask : call.Task;
    }

    public Task<T> SendFor<T>(MethodCall<T> call)
    {
        if (Runtime.HasOutgoingFilters)
        {
            return MethodCall<T>.WrapAsync(new OutgoingCall(this, call, call.Method));
        }

        Runtime.SendCall(this, call);
        return call.Task;
    }

    public ValueTask SendValue(MethodCall call) => new(Send(call));

    public ValueTask<T> SendValueFor<T>(MethodCall<T> call) => new(SendFor(call));

    public void Post(MethodCall call) => _ = Send(call);
}
