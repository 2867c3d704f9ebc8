using System.Reflection;
using Orleans.Runtime;

namespace Orleans;

/// <summary>A grain call on its way, as filters see it.</summary>
public interface IGrainCallContext
{
    /// <summary>The grain object for incoming calls, the reference for outgoing ones.</summary>
    object Grain { get; }

    MethodInfo InterfaceMethod { get; }

    string InterfaceName { get; }

    string MethodName { get; }

    /// <summary>What the method returned, once <see cref="Invoke"/> has completed; a filter may replace it.</summary>
    object? Result { get; set; }

    /// <summary>The calling grain, if a grain calls.</summary>
    GrainId? SourceId { get; }

    GrainId TargetId { get; }

    /// <summary>Goes on to the next filter, or to the grain.</summary>
    Task Invoke();
}

/// <summary>A call that arrived at a grain.</summary>
public interface IIncomingGrainCallContext : IGrainCallContext
{
    MethodInfo ImplementationMethod { get; }

    IGrainContext TargetContext { get; }
}

/// <summary>A call about to be sent.</summary>
public interface IOutgoingGrainCallContext : IGrainCallContext
{
    IGrainContext? SourceContext { get; }
}

/// <summary>Runs around every call of a grain, in the grain's turn. A grain class may be one for its own calls.</summary>
public interface IIncomingGrainCallFilter
{
    Task Invoke(IIncomingGrainCallContext context);
}

/// <summary>Runs around every call that is sent, where it is sent.</summary>
public interface IOutgoingGrainCallFilter
{
    Task Invoke(IOutgoingGrainCallContext context);
}

/// <inheritdoc cref="IIncomingGrainCallFilter"/>
public delegate Task IncomingGrainCallFilterDelegate(IIncomingGrainCallContext context);

/// <inheritdoc cref="IOutgoingGrainCallFilter"/>
public delegate Task OutgoingGrainCallFilterDelegate(IOutgoingGrainCallContext context);
