using Cafeteria.Storage;

namespace Cafeteria.Http;

/// <summary>
/// Refuses at once what cannot be answered while the database is known to be gone, or while this process is the standby.
/// Waiting for a time limit instead would pile requests up exactly when everyone presses again.
/// </summary>
internal sealed class ServingGate(RequestDelegate next, IDatabaseHealth health, IProblemDetailsService problems)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (health is { Serving: true, Reachable: true } || context.GetEndpoint()?.Metadata.GetMetadata<NeedsDatabase>() is null)
            return next(context);

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        var problem = new ProblemDetails
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Detail = health.Serving ? "The database is not reachable. Try again in a moment." : "This process is not serving now. Try again in a moment.",
        };
        return problems.WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem }).AsTask();
    }

    /// <summary>Marks a route that nothing can be answered on without the database.</summary>
    internal sealed class NeedsDatabase
    {
        public static readonly NeedsDatabase Instance = new();
    }
}
