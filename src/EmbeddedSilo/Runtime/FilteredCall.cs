using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>A call with the filters around it.</summary>
internal abstract class FilteredCall(GrainCall call, GrainMethod method) : IGrainCallContext
{
    private int _next;

    public abstract object Grain { get; }

    public MethodInfo InterfaceMethod => method.Method;

    public string InterfaceName => method.InterfaceName;

    public string MethodName => method.Name;

    public object? Result { get; set; }

    public GrainId? SourceId => Call.Source?.GrainId;

    public abstract GrainId TargetId { get; }

    protected GrainCall Call => call;

    protected GrainMethod Method => method;

    public Task Invoke() => Invoke(_next++);

    protected abstract Task Invoke(int step);
}

/// <summary>A call at its grain.</summary>
internal sealed class IncomingCall(Activation activation, GrainCall call, GrainMethod method)
    : FilteredCall(call, method), IIncomingGrainCallContext
{
    public override object Grain => activation.Instance!;

    public override GrainId TargetId => activation.GrainId;

    public IGrainContext TargetContext => activation;

    public MethodInfo ImplementationMethod
    {
        get
        {
            var map = activation.Class.Implementation.GetInterfaceMap(InterfaceMethod.DeclaringType!);
            return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, InterfaceMethod)];
        }
    }

    protected override Task Invoke(int step)
    {
        var filters = activation.Runtime.IncomingFilters;
        if (step == 0 && Call.Trace is not null)
        {
            return TracedAsync();
        }

        var at = Call.Trace is not null ? step - 1 : step;
        return at < filters.Count ? filters[at].Invoke(this)
            : at == filters.Count && Grain is IIncomingGrainCallFilter own ? own.Invoke(this)
            : CallGrainAsync();
    }

    private async Task TracedAsync()
    {
        var trace = Tracing.Incoming(Call, Method, activation);
        Exception? failure = null;
        try
        {
            await Invoke();
        }
        catch (Exception thrown)
        {
            failure = thrown;
            throw;
        }
        finally
        {
            Tracing.End(trace, failure);
        }
    }

    private async Task CallGrainAsync()
    {
        var outcome = Call.Invoke(activation.Instance!);
        await outcome;
        var result = Call.ResultOf(outcome);
        Result = activation.Runtime.Codec is { } codec ? codec.CopyResult(result, Method) : result;
    }
}

/// <summary>A call at its caller.</summary>
internal sealed class OutgoingCall(GrainReference reference, GrainCall call, GrainMethod method)
    : FilteredCall(call, method), IOutgoingGrainCallContext
{
    private readonly Activation? _source = Activation.Current;

    public override object Grain => reference;

    public override GrainId TargetId => reference.GrainId;

    public IGrainContext? SourceContext => _source;

    protected override Task Invoke(int step) =>
        step < reference.Runtime.OutgoingFilters.Count ? reference.Runtime.OutgoingFilters[step].Invoke(this) : SendAsync();

    private async Task SendAsync()
    {
        reference.Runtime.SendCall(reference, Call);
        if (!Call.IsOneWay && Call.Answer is { } answer)
        {
            await answer;
            Result = Call.ResultOf(answer);
        }
    }
}
