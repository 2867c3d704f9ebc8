using System.Diagnostics;
using System.Globalization;
using Cafeteria.Accounts;
using Cafeteria.Http;
using Cafeteria.Kitchen;
using Cafeteria.Menu;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Cafeteria.Tenants;
using Cafeteria.Tracking;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cafeteria.Operations;

/// <param name="Status"><c>ok</c> or <c>failing</c>.</param>
/// <param name="Checks">Each part's state in words: <c>ok</c>, <c>slow, 1.4 s</c>, or what is wrong with it.</param>
internal sealed record HealthResponse(string Status, HealthChecks Checks);

internal sealed record HealthChecks(string Database, string Silo, string Gateway, string Identity, string Stock, string Kitchen, string Notifications);

internal static class HealthEndpoints
{
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => TypedResults.Text("ok")).WithTags("Operations").WithName("live").WithSummary("The process lives");
        app.MapGet("/readyz", Read).WithTags("Operations").WithName("ready").WithSummary("Whether to send requests here")
            .Produces<HealthResponse>(503);
        app.MapGet("/api/health", Read).WithTags("Operations").WithName("health").WithSummary("Which parts work")
            .Produces<HealthResponse>(503);
        return app;
    }

    private static async Task<Results<Ok<HealthResponse>, JsonHttpResult<HealthResponse>>> Read(PartsHealth parts)
    {
        var health = await parts.ReadAsync();
        return health.Status == PartsHealth.Ok ? TypedResults.Ok(health) : TypedResults.Json(health, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>Asks each part for something small. Everyone who asks within half a second gets the same answer.</summary>
internal sealed class PartsHealth(
    IGrainFactory grains, IMenuBoard board, IDatabaseHealth database, AccessTokens tokens, LiveOrders live, IOptions<TenantOptions> tenants)
{
    public const string Ok = "ok";
    private const string Failing = "failing";
    private const string Waiting = "waiting for the database";
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(0.5);
    private readonly Lock _gate = new();
    private Task<HealthResponse>? _last;
    private long _askedAt;

    public Task<HealthResponse> ReadAsync()
    {
        lock (_gate)
        {
            if (_last is null || _last.IsCompleted && Stopwatch.GetElapsedTime(_askedAt) > Fresh)
                (_last, _askedAt) = (AskAsync(), Stopwatch.GetTimestamp());
            return _last;
        }
    }

    private async Task<HealthResponse> AskAsync()
    {
        // On the caller's thread nothing may be called: what hangs would hang the lock.
        await Task.Yield();
        if (database is not { Serving: true, Reachable: true })
            return new HealthResponse(Failing, new HealthChecks(
                database.Reachable ? "standing by" : "unreachable", Waiting, Ok, Waiting, Waiting, Waiting, Waiting));

        var tenant = tenants.Value.Default;
        var menu = board.GetAsync(tenant).AsTask();
        var silo = WordAsync(() => grains.GetGrain<IMenuGrain>(GrainKey.For(tenant, "menu")).Read(new MenuVersion(-1, -1, "health")));
        var identity = WordAsync(() => tokens.KeyAsync(CancellationToken.None).AsTask());
        var stock = WordAsync(async () =>
        {
            if ((await menu).Items is [var item, ..])
                await grains.GetGrain<IStockItemGrain>(GrainKey.For(tenant, item.Id)).Get();
        });
        var kitchen = WordAsync(async () =>
        {
            var station = (await menu).Stations is [var first, ..] ? first.Id : "main";
            await grains.GetGrain<IKitchenStationGrain>(GrainKey.For(tenant, station)).Get();
        });
        var checks = new HealthChecks(Ok, await silo, Ok, await identity, await stock, await kitchen, live.Listening ? Ok : "the order feeds do not answer");
        var bad = new[] { checks.Silo, checks.Identity, checks.Stock, checks.Kitchen }.Any(word => word != Ok && !word.StartsWith("slow", StringComparison.Ordinal));
        return new HealthResponse(bad ? Failing : Ok, checks);
    }

    private static async Task<string> WordAsync(Func<Task> ask)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await ask().WaitAsync(Within);
        }
        catch (Exception e) when (ApiExceptionHandler.IsPassing(e))
        {
            return e is TimeoutException ? "no answer" : "failing";
        }

        var took = Stopwatch.GetElapsedTime(started);
        return took < Slow ? Ok : string.Create(CultureInfo.InvariantCulture, $"slow, {took.TotalSeconds:0.0} s");
    }
}
