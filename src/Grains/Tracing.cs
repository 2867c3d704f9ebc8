using System.Diagnostics;

namespace Cafeteria;

/// <summary>The spans that no grain call makes: what goes through a stream.</summary>
internal static class Tracing
{
    public static readonly ActivitySource Source = new("Cafeteria.Grains");

    /// <summary>A span under the one that came, as a W3C traceparent, with a stream's item; none without.</summary>
    public static Activity? Under(string? cause, string name) =>
        cause is not null && Source.HasListeners() && ActivityContext.TryParse(cause, null, isRemote: true, out var context)
            ? Source.StartActivity(name, ActivityKind.Consumer, context)
            : null;
}
