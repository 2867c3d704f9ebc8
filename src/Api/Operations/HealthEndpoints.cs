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

internal static class HealthEndpoints
{
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => TypedResults.Text("ok")).WithTags("Operations").WithName("live").WithSummary("The process lives");
        app.MapGet("/readyz", Ready).WithTags("Operations").WithName("ready").WithSummary("Whether to send requests here")
            .Produces<HealthResponse>(503);
        app.MapGet("/api/health", Read).WithTags("Operations").WithName("health").WithSummary("Which parts work")
            .Produces<HealthResponse>(503);
        return app;
    }

    /// <summary>
    /// All parts are told of, and only what is this process's own decides: a grain is there once for all silos, and one that hung
    /// made every silo unready at once.
    /// </summary>
    private static async Task<Results<Ok<HealthResponse>, JsonHttpResult<HealthResponse>>> Ready(
        PartsHealth health, IChaos chaos, IOptions<TenantOptions> tenants, IDatabaseHealth database, IHostApplicationLifetime lifetime)
    {
        var checks = Describe(await health.ReadAsync(tenants.Value.Default), chaos.Active);
        return Unready(database, lifetime) is { } why ? Answer(false, checks with { Silo = why }) : Answer(true, checks);
    }

    /// <summary>Why no requests should be sent to this process; null when they should.</summary>
    internal static string? Unready(IDatabaseHealth database, IHostApplicationLifetime lifetime) => lifetime switch
    {
        { ApplicationStopping.IsCancellationRequested: true } => "stopping",
        { ApplicationStarted.IsCancellationRequested: false } => "starting",
        _ when !database.Reachable => "waiting for the database",
        _ when !database.Serving => "standing by",
        _ => null,
    };

    /// <summary>
    /// What is broken on purpose makes nothing fail here: whoever takes away what fails would mend it.
    /// </summary>
    private static async Task<Results<Ok<HealthResponse>, JsonHttpResult<HealthResponse>>> Read(
        PartsHealth health, IChaos chaos, IOptions<TenantOptions> tenants)
    {
        var parts = await health.ReadAsync(tenants.Value.Default);
        var faults = chaos.Active;
        // Without the feeds an order is seen five seconds later, and no sooner anywhere else.
        var works = parts.All(part => part.Works || part.Part is HealthPart.Notifications && part.State is PartState.NoAnswer || faults.Any(fault => PartOf(fault) == part.Part));
        return Answer(works, Describe(parts, faults));
    }

    private static Results<Ok<HealthResponse>, JsonHttpResult<HealthResponse>> Answer(bool ok, HealthChecks checks) => ok
        ? TypedResults.Ok(new HealthResponse("ok", checks))
        : TypedResults.Json(new HealthResponse("failing", checks), statusCode: StatusCodes.Status503ServiceUnavailable);

    private static HealthChecks Describe(IReadOnlyList<PartHealth> parts, IReadOnlyCollection<Fault> faults)
    {
        var words = parts.ToDictionary(part => part.Part, part => faults.FirstOrDefault(fault => PartOf(fault) == part.Part) is { } fault ? Word(fault) : part.Word);
        return new HealthChecks(
            words[HealthPart.Database], words[HealthPart.Silo], words[HealthPart.Gateway], words[HealthPart.Identity],
            words[HealthPart.Stock], words[HealthPart.Kitchen], words[HealthPart.Notifications]);
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
