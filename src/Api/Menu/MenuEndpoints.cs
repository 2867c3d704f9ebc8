using Cafeteria.Accounts;
using Cafeteria.Audit;
using Cafeteria.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cafeteria.Menu;

internal static class MenuEndpoints
{
    private const int DefaultPrepSeconds = 300;
    private const int MaxSearch = 100;

    public static IEndpointRouteBuilder MapMenu(this IEndpointRouteBuilder api)
    {
        // Reading needs no database: this process's copy of the menu answers, also while the database is away.
        var menu = api.MapGroup("/menu").WithTags("Menu");
        menu.MapGet("", Read).WithName("getMenu").WithSummary("The menu with its stock; send its ETag back to save the transfer")
            .Produces<MenuResponse>().Produces(304).Problems(400, 401, 403, 404, 503);
        menu.MapGet("/items/{id}", ReadItem).WithName("getMenuItem").WithSummary("One dish").Problems(401, 403, 404, 503);

        menu.MapGet("/items/{id}/prices", Prices).WithName("listPrices").WithSummary("What the dish has cost, newest first").ForRole(Role.Manager).Problems(404);
        menu.MapPost("/items", Add).WithName("addMenuItem").WithSummary("Put a dish on the menu, with a stock of 0").ForRole(Role.Manager)
            .Problems(400, 404, 409, 413, 415);
        menu.MapPut("/items/{id}", Replace).WithName("putMenuItem").WithSummary("Change a dish; one that was deleted comes back").ForRole(Role.Manager)
            .Problems(400, 404, 412, 413, 415);
        menu.MapDelete("/items/{id}", Delete).WithName("deleteMenuItem").WithSummary("Take a dish off the menu").ForRole(Role.Manager)
            .Problems(404);
        return api;
    }

    private static async Task<IResult> Read(
        RequestTenant tenant, IMenuBoard board, MenuPages pages, HttpContext http, string? category, string? search, CancellationToken cancellationToken)
    {
        if (category?.Length > MaxSearch || search?.Length > MaxSearch)
            return Problems.Invalid($"category and search may have {MaxSearch} characters at most.");

        var snapshot = await board.GetAsync(tenant.Id, cancellationToken);
        var etag = MenuPages.ETagOf(snapshot.Version);
        http.Response.Headers.ETag = etag;
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers.Vary = RequestTenant.Header;
        if (MenuPages.IsKnown(http.Request, etag))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        if (string.IsNullOrWhiteSpace(category) && string.IsNullOrWhiteSpace(search))
            return TypedResults.Bytes(pages.Whole(tenant.Id, snapshot).Body, "application/json; charset=utf-8");
        return TypedResults.Ok(MenuPages.Make(snapshot, NullIfBlank(category), NullIfBlank(search)));
    }

    private static async Task<Results<Ok<MenuItemResponse>, ProblemHttpResult>> ReadItem(
        string id, RequestTenant tenant, IMenuBoard board, CancellationToken cancellationToken)
    {
        var snapshot = await board.GetAsync(tenant.Id, cancellationToken);
        return snapshot.Items.FirstOrDefault(item => item.Id == id) is { } item
            ? TypedResults.Ok(MenuItemResponse.From(item, snapshot))
            : NoSuchItem();
    }

    private static async Task<Results<Ok<Page<PriceResponse>>, ProblemHttpResult>> Prices(
        string id, RequestTenant tenant, [AsParameters] MenuServices services)
    {
        var prices = Slug.IsValid(id) ? await services.Menu(tenant.Id).Prices(id) : [];
        return prices.IsEmpty
            ? NoSuchItem()
            : TypedResults.Ok(new Page<PriceResponse>([.. prices.Reverse().Select(price => new PriceResponse(price.Price, price.At, price.By))], null));
    }

    private static async Task<Results<Created<MenuItemResponse>, ProblemHttpResult>> Add(
        Body<MenuItemRequest> body, Caller caller, RequestTenant tenant, [AsParameters] MenuServices services, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var id = body.Value.Id ?? (body.Value.Name is { } name ? Slug.From(name) : "");
        if (await ValidateAsync(body.Value, id, tenant.Id, services, errors, cancellationToken) is not { } item)
            return Problems.Invalid(errors);
        var result = await services.Menu(tenant.Id).Add(item, caller.Login);
        await services.RecordAsync(caller, tenant.Id, result);
        return result switch
        {
            MenuChangeResult.Changed changed => TypedResults.Created($"/api/v1/menu/items/{changed.Item.Id}", await services.ShowAsync(tenant.Id, changed.Item, cancellationToken)),
            MenuChangeResult.ItemExists => Problems.Of(409, ProblemCodes.ItemExists, $"'{item.Id}' is on the menu already. Change it with PUT, or choose another id."),
            _ => Refused(result),
        };
    }

    private static async Task<Results<Ok<MenuItemResponse>, ProblemHttpResult>> Replace(
        string id, Body<MenuItemRequest> body, Caller caller, RequestTenant tenant, HttpRequest request, [AsParameters] MenuServices services, CancellationToken cancellationToken)
    {
        if (!Slug.IsValid(id))
            return NoSuchItem();
        if (!IfMatch.TryRead(request, out var version))
            return Problems.Invalid(IfMatch.Rule);
        var errors = new FieldErrors();
        errors.Check(body.Value.Id is null || body.Value.Id == id, "id", "Another id than the address names.");
        if (await ValidateAsync(body.Value, id, tenant.Id, services, errors, cancellationToken) is not { } item)
            return Problems.Invalid(errors);
        var menu = services.Menu(tenant.Id);
        var result = await (version is null ? menu.Put(item, caller.Login) : menu.Replace(item, version, caller.Login));
        await services.RecordAsync(caller, tenant.Id, result);
        if (result is MenuChangeResult.Changed changed)
            return TypedResults.Ok(await services.ShowAsync(tenant.Id, changed.Item, cancellationToken));
        // Who is told so looks again, and shall see what has changed.
        if (result is MenuChangeResult.ChangedMeanwhile)
            await services.Board.RefreshAsync(tenant.Id, cancellationToken);
        return Refused(result);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        string id, Caller caller, RequestTenant tenant, [AsParameters] MenuServices services, CancellationToken cancellationToken)
    {
        if (!Slug.IsValid(id))
            return NoSuchItem();
        var result = await services.Menu(tenant.Id).Delete(id);
        if (result is not MenuChangeResult.Changed changed)
            return Refused(result);
        await services.Audit.AddAsync(caller, tenant.Id, AuditAction.DishDeleted, $"menu/{id}", new AuditChange("name", changed.Item.Name, null));
        await services.Board.RefreshAsync(tenant.Id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async ValueTask<MenuItem?> ValidateAsync(
        MenuItemRequest request, string id, string tenant, MenuServices services, FieldErrors errors, CancellationToken cancellationToken)
    {
        var name = request.Name?.Trim();
        var station = request.Station ?? "main";
        var menu = await services.Board.GetAsync(tenant, cancellationToken);
        errors.Check(name is { Length: >= 1 and <= 100 } && !name.Any(char.IsControl), "name", "1 to 100 characters.");
        errors.Check(name is null or "" || Slug.IsValid(id), "id", $"1 to {Slug.MaxLength} lower-case letters, digits or dashes.");
        errors.Check(request.Description is null or { Length: <= 1000 }, "description", "1000 characters at most.");
        errors.Check(menu.Categories.Any(c => c.Id == request.CategoryId), "categoryId", "A category of this menu.");
        errors.Check(request.Price is { Amount: >= 0 and <= 100_000_000 }, "price.amount", "0 to 100000000, in the currency's minor unit.");
        errors.Check(request.Price is { Currency: { Length: 3 } currency } && currency.All(char.IsAsciiLetterUpper), "price.currency", "Three capital letters, like BDT.");
        errors.Check(request.PrepSeconds is null or (>= 1 and <= 7200), "prepSeconds", "1 to 7200 seconds.");
        errors.Check(request.ImageUrl is null || IsImageUrl(request.ImageUrl), "imageUrl", "A path on this site, or an https address; 500 characters at most.");
        errors.Check(menu.Stations.IsDefaultOrEmpty ? station == "main" : menu.Stations.Any(s => s.Id == station), "station", "A station of this kitchen.");
        return errors.Any
            ? null
            : new MenuItem(
                id,
                name!,
                request.Description?.Trim() ?? "",
                request.CategoryId!,
                new Money(request.Price!.Amount!.Value, request.Price.Currency!),
                request.Available ?? true,
                request.PrepSeconds ?? DefaultPrepSeconds,
                request.ImageUrl,
                station);
    }

    private static bool IsImageUrl(string url)
        => url.Length is >= 1 and <= 500
            && (url[0] == '/' && !url.StartsWith("//", StringComparison.Ordinal) && Uri.TryCreate(url, UriKind.Relative, out _)
                || Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps);

    private static ProblemHttpResult Refused(MenuChangeResult result)
    {
        var errors = new FieldErrors();
        switch (result)
        {
            case MenuChangeResult.UnknownCategory:
                errors.Add("categoryId", "A category of this menu.");
                return Problems.Invalid(errors);
            case MenuChangeResult.WrongCurrency wrong:
                errors.Add("price.currency", $"Prices here are in {wrong.Expected}.");
                return Problems.Invalid(errors);
            case MenuChangeResult.ChangedMeanwhile:
                return Problems.Of(412, ProblemCodes.ChangedMeanwhile, "The dish is another by now than the one you saw. Nothing was changed: read it again.");
            default:
                return NoSuchItem();
        }
    }

    public static ProblemHttpResult NoSuchItem() => Problems.NotFound("There is no such dish on the menu.");

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

internal readonly record struct MenuServices(IGrainFactory Grains, IMenuBoard Board, AuditTrail Audit)
{
    public IMenuGrain Menu(string tenant) => Grains.GetGrain<IMenuGrain>(GrainKey.For(tenant, "menu"));

    public async ValueTask<MenuItem?> FindAsync(string tenant, string id, CancellationToken cancellationToken)
        => Slug.IsValid(id) ? (await Board.GetAsync(tenant, cancellationToken)).Items.FirstOrDefault(item => item.Id == id) : null;

    /// <summary>An edit that changed something; saving a dish as it is says nothing.</summary>
    public async Task RecordAsync(Caller caller, string tenant, MenuChangeResult result)
    {
        if (result is not MenuChangeResult.Changed changed)
            return;
        var changes = MenuChanges.Between(changed.Before, changed.Item);
        if (changes.Length > 0)
            await Audit.AddAsync(caller, tenant, changed.Before is null ? AuditAction.DishAdded : AuditAction.DishChanged, $"menu/{changed.Item.Id}", changes);
    }

    /// <summary>Who edits sees the edit: the board is refreshed before the answer.</summary>
    public async Task<MenuItemResponse> ShowAsync(string tenant, MenuItem item, CancellationToken cancellationToken)
    {
        await Board.RefreshAsync(tenant, cancellationToken);
        return MenuItemResponse.From(item, await Board.GetAsync(tenant, cancellationToken));
    }
}
