using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Cafeteria.Accounts;
using Cafeteria.Audit;
using Cafeteria.Http;
using Cafeteria.Menu;
using Cafeteria.Operations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cafeteria.Orders;

internal static class OrderEndpoints
{
    private const string ReplayedHeader = "Idempotency-Replayed";
    private const int MaxReason = 200;
    private static readonly TimeSpan SearchedBack = TimeSpan.FromDays(14);

    public static IEndpointRouteBuilder MapOrders(this IEndpointRouteBuilder api)
    {
        var orders = api.MapGroup("/orders").WithTags("Orders");
        orders.MapPost("", Place).WithName("placeOrder").WithSummary("Place an order; with an Idempotency-Key, once")
            .ForSignedIn().RequireRateLimiting(Limits.PlaceOrder).WithMetadata(OverloadGate.CountsAsOrder.Instance)
            .Produces<OrderResponse>(202).Problems(400, 404, 413, 415, 422);
        orders.MapGet("", List).WithName("listOrders").WithSummary("One's own orders, newest first; staff see everybody's").ForSignedIn().Problems(400, 404);
        orders.MapGet("/{id}", Get).WithName("getOrder").WithSummary("An order with its history").ForSignedIn().Problems(404);
        orders.MapPost("/{id}/cancel", Cancel).WithName("cancelOrder").WithSummary("Cancel, until the kitchen begins; staff until it is handed over")
            .ForSignedIn().Problems(400, 404, 409, 413, 415);
        orders.MapPost("/{id}/complete", Complete).WithName("completeOrder").WithSummary("Handed over").ForStaff().Problems(404, 409);
        return api;
    }

    private static async Task<Results<OrderAccepted, ProblemHttpResult>> Place(
        Body<PlaceOrderRequest> body, Caller caller, RequestTenant tenant, HttpContext http, [AsParameters] OrderServices services, CancellationToken cancellationToken)
    {
        using var visit = services.Admission.Enter();
        var started = Stopwatch.GetTimestamp();
        var errors = new FieldErrors();
        if (!IdempotencyKey.TryRead(http.Request, out var key))
            errors.Add(IdempotencyKey.Header, IdempotencyKey.Rule);
        if (!PlaceOrderRules.TryRead(body.Value, errors, out var lines) || errors.Any)
            return Refuse(Problems.Invalid(errors), ProblemCodes.InvalidRequest);
        if (PlaceOrderRules.NotAvailable(body.Value) is { } notAvailable)
            return Refuse(notAvailable, ProblemCodes.NotAvailable);

        PlaceResult result;
        try
        {
            if (key is null && await services.Board.GetRecentAsync(tenant.Id, cancellationToken) is { } menu && PlaceOrderRules.EarlyRefusal(menu, lines) is { } early)
            {
                var refusal = RefusalOf(early, out var code);
                return Refuse(refusal, code);
            }

            var id = key is null ? OrderIds.New() : await services.Ids.ForKeyAsync(tenant.Id, caller.Login, key, cancellationToken);
            using var scope = services.Logger.BeginScope(new OrderScope(id));
            Activity.Current?.SetTag("order.id", id);
            result = await services.Order(tenant.Id, id).Place(new PlaceOrder(
                caller.Login, caller.Name, lines, body.Value.Fulfilment ?? Fulfilment.Pickup, body.Value.Payment ?? PaymentMethod.Cash, Problems.TraceIdOf(http)));
        }
        catch (Exception e) when (ApiExceptionHandler.IsPassing(e) && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            visit.Written = true;
            ApiMetrics.Placed(tenant.Id, started, ProblemCodes.Unavailable);
            throw;
        }

        if (result is not PlaceResult.Accepted accepted)
        {
            // Counted as refused by the order itself.
            var refusal = RefusalOf(result, out var reason);
            ApiMetrics.Placed(tenant.Id, started, reason);
            return refusal;
        }

        visit.Written = !accepted.Replayed;
        if (accepted.Replayed)
            http.Response.Headers[ReplayedHeader] = "true";
        else
            ApiMetrics.Accepted(tenant.Id, accepted.Order.Total);
        ApiMetrics.Placed(tenant.Id, started, accepted.Replayed ? "replayed" : "accepted");
        return new OrderAccepted(OrderResponse.From(accepted.Order));

        ProblemHttpResult Refuse(ProblemHttpResult problem, string reason)
        {
            ApiMetrics.Refused(tenant.Id, reason);
            ApiMetrics.Placed(tenant.Id, started, reason);
            return problem;
        }
    }

    private static async Task<Results<Ok<Page<OrderResponse>>, ProblemHttpResult>> List(
        Caller caller, RequestTenant tenant, [AsParameters] OrderServices services, [AsParameters] OrderFilter filter, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var statuses = ReadStatuses(filter.Status, errors);
        var before = ReadCursor(filter.Cursor, errors);
        errors.Check(Paging.TryLimit(filter.Limit, out var limit), "limit", $"1 to {Paging.MaxLimit}.");
        errors.Check(filter.Student is null or { Length: >= 1 and <= 254 }, "student", "A login.");
        errors.Check(filter.Text is null or { Length: <= 100 }, "q", "100 characters at most.");
        errors.Check(filter.Number is null or { Length: >= 1 and <= 20 }, "number", "An order's number, like A-047.");
        if (errors.Any)
            return Problems.Invalid(errors);

        var everybody = caller.IsStaff && filter.Mine is not true;
        var student = everybody ? filter.Student?.ToLowerInvariant() : caller.Login;
        var text = string.IsNullOrWhiteSpace(filter.Text) ? null : filter.Text.Trim();
        // Numbers and names are in no index, which every order would pay for: they are looked for among those of late.
        var from = filter.From ?? (everybody && (filter.Number ?? text) is not null ? services.Clock.GetUtcNow() - SearchedBack : null);
        var query = new OrderQuery(tenant.Id, student, statuses, from, filter.To, filter.Number?.ToUpperInvariant(), text, before, limit + 1);
        var orders = await services.Rows.ListAsync(query, cancellationToken);
        var more = orders.Length > limit;
        var page = more ? orders[..limit] : orders;
        var next = more ? Paging.ToCursor(string.Create(CultureInfo.InvariantCulture, $"{page[^1].PlacedAt.UtcTicks}.{page[^1].OrderId}")) : null;
        return TypedResults.Ok(new Page<OrderResponse>([.. page.Select(OrderResponse.From)], next));
    }

    private static async Task<Results<Ok<OrderDetails>, ProblemHttpResult>> Get(
        string id, Caller caller, RequestTenant tenant, [AsParameters] OrderServices services)
        => await FindAsync(services.Grains, tenant.Id, id, caller) is { } order ? TypedResults.Ok(OrderDetails.From(order)) : NoSuchOrder();

    private static async Task<Results<Ok<OrderDetails>, ProblemHttpResult>> Cancel(
        string id, OptionalBody<CancelRequest> body, Caller caller, RequestTenant tenant, AuditTrail audit, [AsParameters] OrderServices services)
    {
        var reason = string.IsNullOrWhiteSpace(body.Value?.Reason) ? null : body.Value.Reason.Trim();
        if (reason is { Length: > MaxReason })
            return Problems.Invalid($"reason may have {MaxReason} characters at most.");
        if (await FindAsync(services.Grains, tenant.Id, id, caller) is not { } before)
            return NoSuchOrder();
        var result = await services.Order(tenant.Id, id).Cancel(new CancelOrder(ActorOf(caller), reason));
        await RecordAsync(audit, caller, AuditAction.OrderCancelled, before, result, reason);
        return result switch
        {
            StepResult.Done done => TypedResults.Ok(OrderDetails.From(done.Order)),
            StepResult.Refused refused => Problems.Of(409, ProblemCodes.TooLate,
                $"The order is {Snake<OrderStatus>.Name(refused.Status)}: it cannot be cancelled any more.", new() { ["orderStatus"] = Snake<OrderStatus>.Name(refused.Status) }),
            _ => NoSuchOrder(),
        };
    }

    private static async Task<Results<Ok<OrderDetails>, ProblemHttpResult>> Complete(
        string id, Caller caller, RequestTenant tenant, AuditTrail audit, [AsParameters] OrderServices services)
    {
        if (await FindAsync(services.Grains, tenant.Id, id, caller) is not { } before)
            return NoSuchOrder();
        var result = await services.Order(tenant.Id, id).Complete(ActorOf(caller));
        await RecordAsync(audit, caller, AuditAction.OrderCompleted, before, result, null);
        return result switch
        {
            StepResult.Done done => TypedResults.Ok(OrderDetails.From(done.Order)),
            StepResult.Refused refused => Problems.Of(409, ProblemCodes.NotReady,
                $"The order is {Snake<OrderStatus>.Name(refused.Status)}; only a ready one can be handed over.", new() { ["orderStatus"] = Snake<OrderStatus>.Name(refused.Status) }),
            _ => NoSuchOrder(),
        };
    }

    /// <summary>
    /// What staff did to somebody's order. One's own order is one's own affair, and handing over is the counter's daily
    /// work: there the order's history says who it was, and a rush pays for no second write. Of several at once the history
    /// names the one who did it; to the others it was done already.
    /// </summary>
    private static Task RecordAsync(AuditTrail audit, Caller caller, AuditAction action, OrderState before, StepResult result, string? reason)
        => (action is AuditAction.OrderCompleted ? caller.Role.Includes(Role.Manager) : caller.IsStaff) && before.Student != caller.Login
            && result is StepResult.Done { Order: var order } && order.History.Skip(before.Version).Any(step => step.Status == order.Status && step.By == caller.Login)
            ? audit.AddAsync(caller, order.Tenant, action, $"orders/{order.OrderId}",
                [
                    new("number", null, order.Number),
                    new("status", Snake<OrderStatus>.Name(before.Status), Snake<OrderStatus>.Name(order.Status)),
                    .. reason is null ? Array.Empty<AuditChange>() : [new AuditChange("reason", null, reason)],
                ])
            : Task.CompletedTask;

    /// <summary>The order, if it is there and the caller may see it: staff see everybody's.</summary>
    public static async ValueTask<OrderState?> FindAsync(IGrainFactory grains, string tenant, string id, Caller caller)
        => OrderIds.IsValid(id) && await grains.GetGrain<IOrderGrain>(GrainKey.For(tenant, id)).Get() is { } order
            && (caller.IsStaff || order.Student == caller.Login) ? order : null;

    public static Actor ActorOf(Caller caller) => new(caller.Login, caller.IsStaff);

    public static ProblemHttpResult NoSuchOrder() => Problems.NotFound("There is no such order, or it is not yours.");

    private static ProblemHttpResult RefusalOf(PlaceResult result, out string code)
    {
        switch (result)
        {
            case PlaceResult.OutOfStock { Items: var items }:
                return Problems.Of(422, code = ProblemCodes.OutOfStock,
                    $"Nothing was ordered: {string.Join(", ", items.Select(s => $"{s.ItemId} ({s.Available} left)"))}.",
                    new() { ["items"] = items.Select(s => new ShortageResponse(s.ItemId, s.Requested, s.Available)).ToArray() });
            case PlaceResult.UnknownItem { ItemIds: var ids }:
                return Problems.Of(422, code = ProblemCodes.UnknownItem, $"Nothing was ordered: {string.Join(", ", ids)} is not on the menu.",
                    new() { ["itemIds"] = ids.ToArray() });
            case PlaceResult.TooManyOpenOrders { Limit: var limit }:
                return Problems.Of(422, code = ProblemCodes.TooManyOpenOrders, $"Nothing was ordered: you have {limit} open orders, and that is the most there may be.",
                    new() { ["limit"] = limit });
            case PlaceResult.KeyReused:
                return Problems.Of(422, code = ProblemCodes.KeyReused, "This Idempotency-Key placed another order. Draw a new key for a new order.");
            default:
                throw new InvalidOperationException($"Unexpected answer {result}.");
        }
    }

    private static ImmutableArray<OrderStatus>? ReadStatuses(string? text, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var statuses = ImmutableArray.CreateBuilder<OrderStatus>();
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!errors.Check(Snake<OrderStatus>.TryParse(name, out var status) && status is not OrderStatus.Abandoned, "status", "Statuses like in_kitchen, separated by commas."))
                return null;
            statuses.Add(status);
        }

        return statuses.ToImmutable();
    }

    private static OrderCursor? ReadCursor(string? text, FieldErrors errors)
    {
        if (text is null)
            return null;
        if (Paging.FromCursor(text)?.Split('.') is [var ticks, var id] && OrderIds.IsValid(id)
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && at >= DateTimeOffset.UnixEpoch.UtcTicks && at <= DateTimeOffset.MaxValue.UtcTicks)
            return new OrderCursor(new DateTimeOffset(at, TimeSpan.Zero), id);
        errors.Add("cursor", "Not one that this list gave out.");
        return null;
    }

    private sealed record OrderScope(string OrderId) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => 1;

        public KeyValuePair<string, object?> this[int index]
            => index == 0 ? new("OrderId", OrderId) : throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            yield return this[0];
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"order {OrderId}";
    }
}

/// <param name="Status">Statuses, separated by commas.</param>
/// <param name="From">Placed at or after.</param>
/// <param name="To">Placed before.</param>
/// <param name="Number">As it is called out.</param>
/// <param name="Student">Staff: whose orders, by login.</param>
/// <param name="Text">Staff: a number, a login or part of a name. Without <c>from</c>, numbers and texts are looked for among the last 14 days' orders.</param>
/// <param name="Mine">Staff: one's own orders alone.</param>
internal readonly record struct OrderFilter(
    [FromQuery(Name = "status")] string? Status,
    [FromQuery(Name = "from")] DateTimeOffset? From,
    [FromQuery(Name = "to")] DateTimeOffset? To,
    [FromQuery(Name = "number")] string? Number,
    [FromQuery(Name = "student")] string? Student,
    [FromQuery(Name = "q")] string? Text,
    [FromQuery(Name = "mine")] bool? Mine,
    [FromQuery(Name = "limit")] int? Limit,
    [FromQuery(Name = "cursor")] string? Cursor);

internal readonly record struct OrderServices(
    IGrainFactory Grains,
    IOrderRows Rows,
    IMenuBoard Board,
    OrderIds Ids,
    Admission Admission,
    ILogger<OrderIds> Logger,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider Clock)
{
    public IOrderGrain Order(string tenant, string id) => Grains.GetGrain<IOrderGrain>(GrainKey.For(tenant, id));
}
