using Cafeteria.Accounts;
using Cafeteria.Audit;
using Cafeteria.Http;
using Cafeteria.Menu;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cafeteria.Kitchen;

/// <summary>The dishes as the kitchen sees them: what a cook finds missing is sold out with one press, and back with another.</summary>
internal static class KitchenItems
{
    public static IEndpointRouteBuilder MapKitchenItems(this IEndpointRouteBuilder kitchen)
    {
        kitchen.MapGet("/items", List).WithName("listKitchenItems").WithSummary("The dishes, with what the kitchen says of them").ForRole(Role.Kitchen).Problems(404);
        kitchen.MapPost("/items/{id}/sold-out", SoldOut).WithName("setSoldOut").WithSummary("There is none of it any more, whatever the stock says")
            .ForRole(Role.Kitchen).Problems(404);
        kitchen.MapPost("/items/{id}/back", Back).WithName("setBack").WithSummary("There is some of it after all").ForRole(Role.Kitchen).Problems(404);
        return kitchen;
    }

    private static async Task<Results<Ok<Page<KitchenItemResponse>>, ProblemHttpResult>> List(
        RequestTenant tenant, IMenuBoard board, CancellationToken cancellationToken)
    {
        var menu = await board.GetAsync(tenant.Id, cancellationToken);
        return TypedResults.Ok(new Page<KitchenItemResponse>([.. menu.Items.Select(item => KitchenItemResponse.From(item, menu))], null));
    }

    private static Task<Results<Ok<KitchenItemResponse>, ProblemHttpResult>> SoldOut(
        string id, Caller caller, RequestTenant tenant, [AsParameters] MenuServices services, CancellationToken cancellationToken)
        => SetAsync(id, true, caller, tenant, services, cancellationToken);

    private static Task<Results<Ok<KitchenItemResponse>, ProblemHttpResult>> Back(
        string id, Caller caller, RequestTenant tenant, [AsParameters] MenuServices services, CancellationToken cancellationToken)
        => SetAsync(id, false, caller, tenant, services, cancellationToken);

    private static async Task<Results<Ok<KitchenItemResponse>, ProblemHttpResult>> SetAsync(
        string id, bool soldOut, Caller caller, RequestTenant tenant, MenuServices services, CancellationToken cancellationToken)
    {
        if (!Slug.IsValid(id))
            return MenuEndpoints.NoSuchItem();
        MenuItem item;
        switch (await services.Menu(tenant.Id).SetSoldOut(id, soldOut, caller.Login))
        {
            case MenuChangeResult.Changed changed:
                item = changed.Item;
                await services.Audit.AddAsync(caller, tenant.Id, soldOut ? AuditAction.DishSoldOut : AuditAction.DishBack, $"menu/{id}");
                break;
            case MenuChangeResult.Unchanged unchanged:
                item = unchanged.Item;
                break;
            default:
                return MenuEndpoints.NoSuchItem();
        }

        // Who pressed sees it, and so does the next order that comes to this process.
        await services.Board.RefreshAsync(tenant.Id, cancellationToken);
        return TypedResults.Ok(KitchenItemResponse.From(item, await services.Board.GetAsync(tenant.Id, cancellationToken)));
    }
}
