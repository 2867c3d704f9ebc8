using Cafeteria.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cafeteria.Operations;

/// <summary>What a request suffers whose route belongs to a part that is made to fail. In the pipeline only where that is allowed.</summary>
internal sealed class ChaosGate(RequestDelegate next, IChaos chaos, IProblemDetailsService problems)
{
    public Task InvokeAsync(HttpContext context)
        => context.GetEndpoint()?.Metadata.GetMetadata<Belongs>()?.To is { } part
            && chaos.Strike(part, context.Features.GetRequiredFeature<RequestTenant>().Id) is { } fault
            ? SufferAsync(context, fault)
            : next(context);

    private async Task SufferAsync(HttpContext context, Fault fault)
    {
        switch (fault.Mode)
        {
            case ChaosMode.Latency:
                await Task.Delay(fault.Latency, context.RequestAborted);
                await next(context);
                break;
            case ChaosMode.Crash:
                // The hardest moment to die in: all is done, and nobody is told.
                context.Response.OnStarting(static state =>
                {
                    ((HttpContext)state).Abort();
                    return Task.CompletedTask;
                }, context);
                await next(context);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                context.Response.Headers.RetryAfter = "1";
                await problems.WriteAsync(new ProblemDetailsContext
                {
                    HttpContext = context,
                    ProblemDetails = new ProblemDetails { Status = StatusCodes.Status503ServiceUnavailable, Detail = "Made to fail on purpose. Try again in a moment, with the same key." },
                });
                break;
        }
    }

    /// <summary>The part that a route belongs to; the innermost group's word counts.</summary>
    internal sealed record Belongs(ChaosPart? To);
}

internal static class ChaosConventions
{
    public static TBuilder FailingWith<TBuilder>(this TBuilder route, ChaosPart part)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new ChaosGate.Belongs(part));

    /// <summary>For what watches and heals: it would be of no use if it failed with the rest.</summary>
    public static TBuilder NeverFailing<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new ChaosGate.Belongs(null));
}
