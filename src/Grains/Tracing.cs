using System.Diagnostics;

namespace Cafeteria;

/// <summary>The spans that no grain call makes: what follows an answer in a turn of its own, and what goes through a stream.</summary>
internal static class Tracing
{
    public static readonly ActivitySource Source = new("Cafeteria.Grains");

    /// <summary>A span under the one that is named, or none: without a cause there is no story to tell.</summary>
    public static Activity? Under(ActivityContext cause, string name) =>
        cause == default || !Source.HasListeners() ? null : Source.StartActivity(name, ActivityKind.Internal, cause);

    /// <summary>The same for a cause that came as text, with a stream's item.</summary>
    public static Activity? Under(string? cause, string name) =>
        cause is not null && Source.HasListeners() && ActivityContext.TryParse(cause, null, isRemote: true, out var context)
            ? Source.StartActivity(name, ActivityKind.Consumer, context)
            : null;
}
