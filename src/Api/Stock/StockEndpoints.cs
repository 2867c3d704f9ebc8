using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cafeteria.Accounts;
using Cafeteria.Audit;
using Cafeteria.Http;
using Cafeteria.Menu;
using Cafeteria.Tenants;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cafeteria.Stock;

internal static class StockEndpoints
{
    // Far from where a 32-bit sum would end: an item's books never overflow by a client's doing.
    private const int MostEverReceived = 2_000_000_000;

    public static IEndpointRouteBuilder MapStock(this IEndpointRouteBuilder api)
    {
        var stock = api.MapGroup("/stock").WithTags("Stock");
        stock.MapGet("", List).WithName("listStock").WithSummary("What every dish on the menu has left; low=true: those that are low or sold out").ForStaff().Problems(400, 404);
        stock.MapGet("/{id}", Get).WithName("getStock").WithSummary("What one dish has left").ForStaff().Problems(404);
        stock.MapPost("/{id}/receive", Receive).WithName("receiveStock").WithSummary("Book a delivery; with an Idempotency-Key, once").ForRole(Role.Manager)
            .Problems(400, 404, 413, 415);
        stock.MapPost("/{id}/write-off", WriteOff).WithName("writeOffStock").WithSummary("Book what is spoilt or lost; with an Idempotency-Key, once")
            .ForRole(Role.Manager).Problems(400, 404, 409, 413, 415);
        stock.MapPost("/{id}/count", Count).WithName("countStock").WithSummary("Book a stock-take; with an Idempotency-Key, once").ForRole(Role.Manager)
            .Problems(400, 404, 409, 413, 415);
        stock.MapPut("/{id}/reorder-level", SetReorderLevel).WithName("putReorderLevel").WithSummary("From how many on hand a dish counts as low").ForRole(Role.Manager)
            .Problems(400, 404, 413, 415);
        stock.MapGet("/{id}/ledger", Ledger).WithName("listMovements").WithSummary("What happened to a dish's stock, newest first").ForRole(Role.Manager)
            .Problems(400, 404);
        return api;
    }

    private static async Task<Results<Ok<Page<StockResponse>>, ProblemHttpResult>> List(
        RequestTenant tenant, [AsParameters] StockServices services, int? limit, string? cursor, bool? low, CancellationToken cancellationToken)
    {
        if (!Paging.TryLimit(limit, out var count))
            return Problems.Invalid($"limit must be 1 to {Paging.MaxLimit}.");
        string? after = null;
        if (cursor is not null && (after = Paging.FromCursor(cursor)) is null)
            return Problems.Invalid("cursor is not one that this list gave out.");

        var menu = await services.Board.GetAsync(tenant.Id, cancellationToken);
        var ids = menu.Items.Select(item => item.Id).Where(id => low is not true || IsLow(menu, id)).Order(StringComparer.Ordinal).Where(id => after is null || string.CompareOrdinal(id, after) > 0)
            .Take(count + 1).ToArray();
        var page = ids.Take(count).ToArray();
        var levels = await Task.WhenAll(page.Select(id => services.Item(tenant.Id, id).Get()));
        return TypedResults.Ok(new Page<StockResponse>([.. levels.Select(StockResponse.From)], ids.Length > count ? Paging.ToCursor(page[^1]) : null));
    }

    private static bool IsLow(MenuSnapshot menu, string id)
        => !menu.Stock.TryGetValue(id, out var report) || report.Level is not StockLevelName.Plenty;

    private static async Task<Results<Ok<StockResponse>, ProblemHttpResult>> Get(
        string id, RequestTenant tenant, [AsParameters] StockServices services, CancellationToken cancellationToken)
        => await services.IsOnMenuAsync(tenant.Id, id, cancellationToken)
            ? TypedResults.Ok(StockResponse.From(await services.Item(tenant.Id, id).Get()))
            : NoSuchItem();

    private static async Task<Results<Ok<StockResponse>, ProblemHttpResult>> Receive(
        string id, Body<ReceiveRequest> body, Caller caller, RequestTenant tenant, HttpContext http, [AsParameters] StockServices services, CancellationToken cancellationToken)
    {
        var (request, errors) = (body.Value, new FieldErrors());
        var currency = services.Tenants.Value.Known.TryGetValue(tenant.Id, out var info) ? info.Currency : null;
        errors.Check(request.Quantity is >= 1 and <= 1_000_000, "quantity", "1 to 1000000.");
        errors.Check(request.Reference is null or { Length: <= 100 }, "reference", "100 characters at most.");
        errors.Check(request.UnitCost is null or { Amount: >= 0 and <= 100_000_000 }, "unitCost.amount", "0 to 100000000, in the currency's minor unit.");
        errors.Check(request.UnitCost is null || request.UnitCost.Currency == currency, "unitCost.currency", $"Costs here are in {currency}.");
        if (!IdempotencyKey.TryRead(http.Request, out var key))
            errors.Add(IdempotencyKey.Header, IdempotencyKey.Rule);
        if (errors.Any)
            return Problems.Invalid(errors);
        if (!await services.IsOnMenuAsync(tenant.Id, id, cancellationToken))
            return NoSuchItem();

        var item = services.Item(tenant.Id, id);
        if ((await item.Get()).Received > MostEverReceived - request.Quantity!.Value)
            return Problems.Invalid("The books of this dish cannot hold that much more.");
        var change = new ChangeStock(
            request.Quantity.Value, KeyOf("receive", caller, key), caller.Login, null, request.ExpiresOn, request.UnitCost?.Amount, request.Reference);
        var result = await item.Receive(change);
        if (result is StockChangeResult.Changed { Level: var now })
            await services.Audit.AddAsync(caller, tenant.Id, AuditAction.StockReceived, $"stock/{id}", [.. Details(change), OnHand(now, -change.Quantity)]);
        if (LevelOf(result) is { } level)
            await services.WaitForBoardAsync(tenant.Id, level, cancellationToken);
        return Answer(result);
    }

    private static async Task<Results<Ok<StockResponse>, ProblemHttpResult>> WriteOff(
        string id, Body<WriteOffRequest> body, Caller caller, RequestTenant tenant, HttpContext http, [AsParameters] StockServices services, CancellationToken cancellationToken)
    {
        var (request, errors) = (body.Value, new FieldErrors());
        errors.Check(request.Quantity is >= 1 and <= 1_000_000, "quantity", "1 to 1000000.");
        errors.Check(request.Reason?.Trim() is { Length: >= 1 and <= 200 }, "reason", "1 to 200 characters.");
        if (!IdempotencyKey.TryRead(http.Request, out var key))
            errors.Add(IdempotencyKey.Header, IdempotencyKey.Rule);
        if (errors.Any)
            return Problems.Invalid(errors);
        if (!await services.IsOnMenuAsync(tenant.Id, id, cancellationToken))
            return NoSuchItem();

        var change = new ChangeStock(request.Quantity!.Value, KeyOf("write-off", caller, key), caller.Login, request.Reason!.Trim(), null, null, null);
        var result = await services.Item(tenant.Id, id).WriteOff(change);
        if (result is StockChangeResult.Changed { Level: var level })
            await services.Audit.AddAsync(caller, tenant.Id, AuditAction.StockWrittenOff, $"stock/{id}", [.. Details(change), OnHand(level, change.Quantity)]);
        return Answer(result);
    }

    private static async Task<Results<Ok<CountResponse>, ProblemHttpResult>> Count(
        string id, Body<CountRequest> body, Caller caller, RequestTenant tenant, HttpContext http, [AsParameters] StockServices services, CancellationToken cancellationToken)
    {
        var (request, errors) = (body.Value, new FieldErrors());
        errors.Check(request.Counted is >= 0 and <= 1_000_000, "counted", "0 to 1000000.");
        errors.Check(request.Reason is null or { Length: <= 200 }, "reason", "200 characters at most.");
        if (!IdempotencyKey.TryRead(http.Request, out var key))
            errors.Add(IdempotencyKey.Header, IdempotencyKey.Rule);
        if (errors.Any)
            return Problems.Invalid(errors);
        if (!await services.IsOnMenuAsync(tenant.Id, id, cancellationToken))
            return NoSuchItem();

        var item = services.Item(tenant.Id, id);
        if ((await item.Get()).Received > MostEverReceived - request.Counted!.Value)
            return Problems.Invalid("The books of this dish cannot hold that much more.");
        var reason = string.IsNullOrWhiteSpace(request.Reason) ? null : request.Reason.Trim();
        switch (await item.Count(new CountStock(request.Counted.Value, KeyOf("count", caller, key), caller.Login, reason)))
        {
            case StockCountResult.Counted { Level: var level, Difference: var difference }:
                await services.Audit.AddAsync(caller, tenant.Id, AuditAction.StockCounted, $"stock/{id}",
                    [new("counted", null, AuditTrail.Text(request.Counted.Value)), .. Reason(reason), OnHand(level, -difference)]);
                await services.WaitForBoardAsync(tenant.Id, level, cancellationToken);
                return TypedResults.Ok(new CountResponse(StockResponse.From(level), difference));
            case StockCountResult.Replayed replayed:
                return TypedResults.Ok(new CountResponse(StockResponse.From(replayed.Level), 0));
            case StockCountResult.BeingOrdered being:
                return Problems.Of(409, ProblemCodes.BeingOrdered, $"{being.Held} are being ordered at this moment, more than were counted. Nothing was changed; count again.",
                    new() { ["held"] = being.Held });
            default:
                throw new InvalidOperationException("An answer that nobody expects.");
        }
    }

    private static async Task<Results<Ok<StockResponse>, ProblemHttpResult>> SetReorderLevel(
        string id, Body<ReorderLevelRequest> body, Caller caller, RequestTenant tenant, [AsParameters] StockServices services, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (!errors.Check(body.Value.Level is >= 0 and <= 1_000_000, "level", "0 to 1000000."))
            return Problems.Invalid(errors);
        if (!await services.IsOnMenuAsync(tenant.Id, id, cancellationToken))
            return NoSuchItem();
        var item = services.Item(tenant.Id, id);
        var before = (await item.Get()).ReorderLevel;
        var level = await item.SetReorderLevel(body.Value.Level!.Value);
        if (before != level.ReorderLevel)
            await services.Audit.AddAsync(caller, tenant.Id, AuditAction.ReorderLevelSet, $"stock/{id}",
                new AuditChange("reorderLevel", AuditTrail.Text(before), AuditTrail.Text(level.ReorderLevel)));
        return TypedResults.Ok(StockResponse.From(level));
    }

    private static async Task<Results<Ok<Page<MovementResponse>>, ProblemHttpResult>> Ledger(
        string id, RequestTenant tenant, IStockBooks books, [AsParameters] StockServices services, string? kind, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var kinds = ImmutableArray.CreateBuilder<StockMovementKind>();
        foreach (var name in string.IsNullOrEmpty(kind) ? [] : kind.Split(',', StringSplitOptions.TrimEntries))
            if (errors.Check(Snake<StockMovementKind>.TryParse(name, out var parsed), "kind", "Kinds like written_off, separated by commas."))
                kinds.Add(parsed);
        long before = 0;
        errors.Check(Paging.TryLimit(limit, out var count), "limit", $"1 to {Paging.MaxLimit}.");
        errors.Check(cursor is null || Paging.FromCursor(cursor) is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out before),
            "cursor", "Not one that this list gave out.");
        if (errors.Any)
            return Problems.Invalid(errors);
        if (!await services.IsOnMenuAsync(tenant.Id, id, cancellationToken))
            return NoSuchItem();

        var movements = await books.MovementsAsync(tenant.Id, id, kinds.ToImmutable(), cursor is null ? null : before, count + 1, cancellationToken);
        var more = movements.Length > count;
        var page = more ? movements[..count] : movements;
        var next = more ? Paging.ToCursor(page[^1].Sequence.ToString(CultureInfo.InvariantCulture)) : null;
        return TypedResults.Ok(new Page<MovementResponse>([.. page.Select(MovementResponse.From)], next));
    }

    private static IEnumerable<AuditChange> Details(ChangeStock change)
    {
        yield return new("quantity", null, AuditTrail.Text(change.Quantity));
        foreach (var reason in Reason(change.Reason))
            yield return reason;
        if (change.Reference is { } reference)
            yield return new("reference", null, reference);
    }

    private static AuditChange[] Reason(string? reason) => reason is null ? [] : [new("reason", null, reason)];

    private static AuditChange OnHand(StockLevel now, int before) => new("onHand", AuditTrail.Text(now.OnHand + before), AuditTrail.Text(now.OnHand));

    private static StockLevel? LevelOf(StockChangeResult result) => result switch
    {
        StockChangeResult.Changed changed => changed.Level,
        StockChangeResult.Replayed replayed => replayed.Level,
        _ => null,
    };

    private static Results<Ok<StockResponse>, ProblemHttpResult> Answer(StockChangeResult result) => result switch
    {
        _ when LevelOf(result) is { } level => TypedResults.Ok(StockResponse.From(level)),
        StockChangeResult.BelowZero below => Problems.Of(409, ProblemCodes.BelowZero, $"Only {below.Available} are on hand; nothing was written off.",
            new() { ["available"] = below.Available }),
        _ => throw new InvalidOperationException($"Unexpected answer {result}."),
    };

    /// <summary>One key is one client's, and of one kind of change: another's use of the same word is another change.</summary>
    private static string KeyOf(string kind, Caller caller, string? key)
        => key is null
            ? Guid.NewGuid().ToString("N")
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{caller.Login}\n{key}")));

    private static ProblemHttpResult NoSuchItem() => Problems.NotFound("There is no such dish on the menu.");
}

internal readonly record struct StockServices(IGrainFactory Grains, IMenuBoard Board, IOptions<TenantOptions> Tenants, AuditTrail Audit)
{
    public IStockItemGrain Item(string tenant, string id) => Grains.GetGrain<IStockItemGrain>(GrainKey.For(tenant, id));

    /// <summary>
    /// Orders without a key are refused by this process's copy of the stock: who books a delivery and orders from it at
    /// once must not be told that it is sold out. Moments at most; the copy follows by itself in any case.
    /// </summary>
    public async Task WaitForBoardAsync(string tenant, StockLevel level, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < 20; tries++)
        {
            var menu = await Board.GetAsync(tenant, cancellationToken);
            if (level.OnHand == 0 || !menu.Stock.TryGetValue(level.ItemId, out var shown) || shown.OnHand >= level.OnHand)
                return;
            await Task.Delay(20, cancellationToken);
        }
    }

    public async ValueTask<bool> IsOnMenuAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        if (!Slug.IsValid(id))
            return false;
        var menu = await Board.GetAsync(tenant, cancellationToken);
        return menu.Items.Any(item => item.Id == id);
    }
}
