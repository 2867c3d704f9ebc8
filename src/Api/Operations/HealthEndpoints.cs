using Cafeteria.Storage;
using Cafeteria.Tenants;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cafeteria.Operations;

/// <param name="Status"><c>ok</c> or <c>failing</c>.</param>
/// <param name="Checks">
/// Each part's state in words: <c>ok</c>, <c>slow, 1.4 s</c>, <c>made to fail on purpose</c>, or what is wrong with it.
/// </param>
internal sealed record HealthResponse(string Status, HealthChecks Checks);

internal sealed record HealthChecks(string Database, string Silo, string Gateway, string Identity, string Stock, string Kitchen, string Notifications);

/// <param name="Status"><c>ok</c> or <c>failing</c>.</param>
internal sealed record ReadyResponse(string Status, ReadyChecks Checks);

/// <param name="Database"><c>ok</c> or <c>unreachable</c>.</param>
/// <param name="Silo"><c>ok</c>, <c>starting</c>, <c>leaving</c>, <c>waiting for the database</c> or <c>standing by</c>.</param>
internal sealed record ReadyChecks(string Database, string Silo);

internal static class HealthEndpoints
{
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => TypedResults.Text("ok")).WithTags("Operations").WithName("live").WithSummary("The process lives");
        app.MapGet("/readyz", Ready).WithTags("Operations").WithName("ready").WithSummary("Whether to send requests here")
            .Produces<ReadyResponse>(503);
        app.MapGet("/api/health", Read).WithTags("Operations").WithName("health").WithSummary("Which parts work")
            .Produces<HealthResponse>(503);
        return app;
    }

    // What is this process's own, and nothing is asked: a grain is there once for all silos, so that one that hangs made every
    // silo unready at once.
    internal static Results<Ok<ReadyResponse>, JsonHttpResult<ReadyResponse>> Ready(IDatabaseHealth database, IHostApplicationLifetime lifetime)
    {
        var silo = lifetime switch
        {
            { ApplicationStopping.IsCancellationRequested: true } => "leaving",
            { ApplicationStarted.IsCancellationRequested: false } => "starting",
            _ when !database.Reachable => "waiting for the database",
            _ when !database.Serving => "standing by",
            _ => "ok",
        };
        var checks = new ReadyChecks(database.Reachable ? "ok" : "unreachable", silo);
        return silo is "ok"
            ? TypedResults.Ok(new ReadyResponse("ok", checks))
            : TypedResults.Json(new ReadyResponse("failing", checks), statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>
    /// What is broken on purpose makes nothing fail here: whoever takes away what fails would mend it.
    /// </summary>
    private static async Task<Results<Ok<HealthResponse>, JsonHttpResult<HealthResponse>>> Read(
        PartsHealth health, IChaos chaos, IOptions<TenantOptions> tenants)
    {
        var parts = await health.ReadAsync(tenants.Value.Default);
        var faults = chaos.Active;
        var words = parts.ToDictionary(part => part.Part, part => faults.FirstOrDefault(fault => PartOf(fault) == part.Part) is { } fault ? Word(fault) : part.Word);
        var checks = new HealthChecks(
            words[HealthPart.Database], words[HealthPart.Silo], words[HealthPart.Gateway], words[HealthPart.Identity],
            words[HealthPart.Stock], words[HealthPart.Kitchen], words[HealthPart.Notifications]);
        // Without the feeds an order is seen five seconds later, and no sooner anywhere else.
        return parts.All(part => part.Works || part.Part is HealthPart.Notifications && part.State is PartState.NoAnswer || faults.Any(fault => PartOf(fault) == part.Part))
            ? TypedResults.Ok(new HealthResponse("ok", checks))
            : TypedResults.Json(new HealthResponse("failing", checks), statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    internal static HealthPart PartOf(Fault fault) => fault.Part switch
    {
        ChaosPart.Gateway => HealthPart.Gateway,
        ChaosPart.Identity => HealthPart.Identity,
        ChaosPart.Stock => HealthPart.Stock,
        ChaosPart.Kitchen => HealthPart.Kitchen,
        _ => HealthPart.Notifications,
    };

    private static string Word(Fault fault) => fault.Mode switch
    {
        ChaosMode.Latency => "made slow on purpose",
        ChaosMode.Crash => "made to crash on purpose",
        _ => "made to fail on purpose",
    };
}
