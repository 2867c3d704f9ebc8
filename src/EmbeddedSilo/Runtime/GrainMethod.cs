using System.Reflection;
using Orleans.Concurrency;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>What is known of a method of a grain interface before it is called.</summary>
internal sealed class GrainMethod(MethodInfo method)
{
    public MethodInfo Method { get; } = method;

    public string Name { get; } = method.Name;

    public string InterfaceName { get; } = method.DeclaringType!.FullName!;

    /// <summary>By what its calls are measured: <c>IOrderGrain</c>, <c>Place</c>. Made once, for it is there at every call.</summary>
    public KeyValuePair<string, object?> GrainTag { get; } = new("grain", method.DeclaringType!.Name);

    public KeyValuePair<string, object?> MethodTag { get; } = new("method", method.Name);

    public string Activity { get; } = $"{method.DeclaringType!.Name}/{method.Name}";

    public bool IsAlwaysInterleave { get; } = method.IsDefined(typeof(AlwaysInterleaveAttribute), inherit: true);

    public bool IsReadOnly { get; } = method.IsDefined(typeof(ReadOnlyAttribute), inherit: true);

    public bool IsOneWay { get; } = method.IsDefined(typeof(OneWayAttribute), inherit: true) || method.ReturnType == typeof(void);
}
