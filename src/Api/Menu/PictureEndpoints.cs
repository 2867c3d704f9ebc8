using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Cafeteria.Accounts;
using Cafeteria.Audit;
using Cafeteria.Http;
using Cafeteria.Tenants;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cafeteria.Menu;

internal static class PictureEndpoints
{
    public const int MaxBytes = 256 * 1024;

    public static IEndpointRouteBuilder MapPictures(this IEndpointRouteBuilder api)
    {
        var menu = api.MapGroup("/menu").WithTags("Menu");
        menu.MapPut("/items/{id}/picture", Save).WithName("putPicture").WithSummary("The dish's picture: PNG, JPEG or WebP, 256 KB at most")
            .ForRole(Role.Manager).WithMetadata(new LargerBody(MaxBytes), new AcceptsMetadata(["image/png", "image/jpeg", "image/webp"], typeof(byte[])))
            .Problems(404, 413, 415);
        menu.MapDelete("/items/{id}/picture", Remove).WithName("deletePicture").WithSummary("The dish goes without a picture").ForRole(Role.Manager).Problems(404);
        // An address that answers of dishes hand out (imageUrl), no route that anyone would put together.
        menu.MapGet("/pictures/{tenant}/{id}/{hash}", Serve).ExcludeFromDescription();
        return api;
    }

    private static async Task<Results<Ok<MenuItemResponse>, ProblemHttpResult>> Save(
        string id, Caller caller, RequestTenant tenant, HttpContext http, IMenuPictures pictures, [AsParameters] MenuServices services, CancellationToken cancellationToken)
    {
        var body = await LargerBody.ReadAsync(http);
        if (MediaTypeOf(body) is not { } mediaType)
            return Problems.Of(415, ProblemCodes.UnsupportedMediaType, "A PNG, JPEG or WebP picture, as the body itself.");
        if (await services.FindAsync(tenant.Id, id, cancellationToken) is null)
            return MenuEndpoints.NoSuchItem();

        var picture = new MenuPicture(Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16)), mediaType, ImmutableCollectionsMarshal.AsImmutableArray(body));
        await pictures.SaveAsync(tenant.Id, id, picture, cancellationToken);
        var result = await services.Menu(tenant.Id).SetPicture(id, $"/api/v1/menu/pictures/{tenant.Id}/{id}/{picture.Hash}", caller.Login);
        if (result is not MenuChangeResult.Changed changed)
            return MenuEndpoints.NoSuchItem();
        if (changed.Before?.ImageUrl != changed.Item.ImageUrl)
            await services.Audit.AddAsync(caller, tenant.Id, AuditAction.PictureSet, $"menu/{id}", new AuditChange("imageUrl", changed.Before?.ImageUrl, changed.Item.ImageUrl));
        return TypedResults.Ok(await services.ShowAsync(tenant.Id, changed.Item, cancellationToken));
    }

    private static async Task<Results<Ok<MenuItemResponse>, ProblemHttpResult>> Remove(
        string id, Caller caller, RequestTenant tenant, IMenuPictures pictures, [AsParameters] MenuServices services, CancellationToken cancellationToken)
    {
        if (await services.FindAsync(tenant.Id, id, cancellationToken) is null
            || await services.Menu(tenant.Id).SetPicture(id, null, caller.Login) is not MenuChangeResult.Changed changed)
            return MenuEndpoints.NoSuchItem();
        await pictures.RemoveAsync(tenant.Id, id, cancellationToken);
        if (changed.Before?.ImageUrl is { } before)
            await services.Audit.AddAsync(caller, tenant.Id, AuditAction.PictureRemoved, $"menu/{id}", new AuditChange("imageUrl", before, null));
        return TypedResults.Ok(await services.ShowAsync(tenant.Id, changed.Item, cancellationToken));
    }

    /// <summary>The hash is of the content, so whoever has the picture has it for ever. A picture runs nothing, whatever is in it.</summary>
    private static async Task<IResult> Serve(
        string tenant, string id, string hash, HttpContext http, PictureCache pictures, IOptions<TenantOptions> tenants, CancellationToken cancellationToken)
    {
        if (hash.Length != 32 || !Slug.IsValid(id) || tenants.Value.Find(tenant) != tenant
            || await pictures.FindAsync(tenant, id, hash, cancellationToken) is not { } picture)
            return Problems.NotFound("There is no such picture, or not any more.");
        var headers = http.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.ContentSecurityPolicy = "default-src 'none'";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return TypedResults.Bytes(ImmutableCollectionsMarshal.AsArray(picture.Body)!, picture.MediaType);
    }

    /// <summary>By what the bytes begin with; what the sender calls them proves nothing.</summary>
    internal static string? MediaTypeOf(ReadOnlySpan<byte> body)
        => body.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) ? "image/png"
            : body.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
            : body.Length > 12 && body.StartsWith("RIFF"u8) && body[8..].StartsWith("WEBP"u8) ? "image/webp"
            : null;
}
