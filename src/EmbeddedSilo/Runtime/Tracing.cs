using System.Diagnostics;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>The activities of grain calls, with Orleans' names. Nothing is made unless somebody listens.</summary>
internal static class Tracing
{
    private static readonly ActivitySource Source = new("Microsoft.Orleans.Application");

    public static void Outgoing(GrainCall call, GrainReference target)
    {
        if (!Source.HasListeners() || call.Method is not { } method)
        {
            return;
        }

        var outer = Activity.Current;
        var activity = Source.StartActivity(method.Activity, ActivityKind.Client);
        Activity.Current = outer;
        if (activity is not null)
        {
            Describe(activity, method, target.GrainId.ToString());
            if (call.Source is { } source)
            {
                activity.SetTag("rpc.orleans.source_id", source.GrainId.ToString());
            }
        }

        call.Trace = activity;
    }

    public static Activity? Incoming(GrainCall call, GrainMethod method, Activation target)
    {
        var activity = Source.StartActivity(method.Activity, ActivityKind.Server, call.Trace!.Context);
        if (activity is not null)
        {
            Describe(activity, method, target.GrainId.ToString());
        }

        return activity;
    }

    public static void End(Activity? activity, Exception? failure)
    {
        if (activity is null)
        {
            return;
        }

        if (failure is not null)
        {
            activity.SetStatus(ActivityStatusCode.Error, failure.Message);
            activity.SetTag("exception.type", failure.GetType().FullName);
            activity.SetTag("exception.message", failure.Message);
        }

        activity.Stop();
    }

    private static void Describe(Activity activity, GrainMethod method, string target)
    {
        activity.SetTag("rpc.system", "orleans");
        activity.SetTag("rpc.service", method.InterfaceName);
        activity.SetTag("rpc.method", $"{method.InterfaceName}/{method.Name}");
        activity.SetTag("rpc.orleans.target_id", target);
    }
}
