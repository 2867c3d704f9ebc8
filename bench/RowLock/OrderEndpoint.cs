using System.Globalization;
using System.Security.Claims;
using Cafeteria.Bench.Plain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cafeteria.Bench.RowLock;

internal static class OrderEndpoint
{
    private const string KeyHeader = "Idempotency-Key";

    public static async Task<IResult> Place(OrderRequest request, ClaimsPrincipal user, HttpContext http, Shop shop)
    {
        var key = http.Request.Headers[KeyHeader] is [{ Length: >= 1 and <= 200 } only] ? only : null;
        if (key is null && http.Request.Headers.ContainsKey(KeyHeader))
            return Refuse(400, "invalid_request", "One key of 1 to 200 visible ASCII characters.");
        if (Read(request) is not { } lines)
            return Refuse(400, "invalid_request", "1 to 50 lines of 1 to 100, each item once.");

        var wish = new Wish(user.Identity!.Name!, key, lines, request.Fulfilment ?? "pickup", request.Payment ?? "cash");
        switch (await shop.PlaceAsync(wish, http.RequestAborted))
        {
            case Placed.Order { Answer: var order, Replayed: var replayed }:
                if (replayed)
                    http.Response.Headers["Idempotency-Replayed"] = "true";
                http.Response.Headers.Location = $"/api/v1/orders/{order.Id}";
                return TypedResults.Json(order, PlainJson.Default.OrderAnswer, statusCode: 202);
            case Placed.OutOfStock { Items: var items }:
                return TypedResults.Json(
                    new Problem("about:blank", "Unprocessable Content", 422, "Nothing was ordered.", "out_of_stock", items),
                    PlainJson.Default.Problem, "application/problem+json", 422);
            case Placed.UnknownItem { ItemId: var item }:
                return Refuse(422, "unknown_item", $"{item} is not on the menu.");
            default:
                return Refuse(422, "idempotency_key_reused", "This key placed another order.");
        }
    }

    public static async Task<IResult> Get(Guid id, ClaimsPrincipal user, Shop shop, CancellationToken cancellationToken) =>
        await shop.FindAsync(id, user.Identity!.Name!, cancellationToken) is { } order
            ? TypedResults.Json(order, PlainJson.Default.OrderAnswer)
            : Refuse(404, "not_found", "There is no such order.");

    private static LineRequest[]? Read(OrderRequest request)
    {
        if (request.Lines is not { Length: >= 1 and <= 50 } lines)
            return null;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i] is not { ItemId: { Length: >= 1 and <= 60 }, Quantity: >= 1 and <= 100 })
                return null;
            for (var j = 0; j < i; j++)
                if (lines[j].ItemId == lines[i].ItemId)
                    return null;
        }

        return lines;
    }

    private static JsonHttpResult<Problem> Refuse(int status, string code, string detail) => TypedResults.Json(
        new Problem("about:blank", status.ToString(CultureInfo.InvariantCulture), status, detail, code), PlainJson.Default.Problem, "application/problem+json", status);
}
