using Cafeteria.Storage;

namespace Cafeteria.Http;

/// <summary>
/// Refuses at once what cannot be answered while the database is known to be gone, or while this process is the standby.
/// Waiting for a time limit instead would pile requests up exactly when everyone presses again.
/// </summary>
internal sealed class ServingGate(RequestDelegate next, IDatabaseHealth health, IProblemDetailsService problems)
{
    /// <summary>Of a proxy that has another process to ask (deploy/nginx/nginx.conf).</summary>
    internal const string MayPassOn = "X-May-Pass-On";

    public Task InvokeAsync(HttpContext context)
    {
        if (health is { Serving: true, Reachable: true } || context.GetEndpoint()?.Metadata.GetMetadata<NeedsDatabase>() is null)
            return next(context);

        // 421 says what 503 does not: nothing of this was begun here, so that it may be sent elsewhere whatever its method
        // (RFC 9110, 15.5.20). A client that asks us alone is told to try again.
        var status = context.Request.Headers.ContainsKey(MayPassOn) ? StatusCodes.Status421MisdirectedRequest : StatusCodes.Status503ServiceUnavailable;
        context.Response.StatusCode = status;
        var problem = new ProblemDetails
        {
            Status = status,
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
