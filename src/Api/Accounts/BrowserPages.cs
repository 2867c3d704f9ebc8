using Cafeteria.Http;

namespace Cafeteria.Accounts;

/// <summary>
/// Pages for admins that a browser opens by their address and that load parts of themselves (a dashboard), where no script
/// of ours can set a header. The first visit brings <c>?access_token=</c>; from then on a cookie does, for as long as the
/// token is good, sent to these pages alone.
/// </summary>
public static class BrowserPages
{
    internal const string CookieName = "cafeteria_page";

    public static RouteGroupBuilder ForAdminsBrowser(this RouteGroupBuilder pages, string path)
    {
        pages.ForRole(Role.Admin).ForEventStream().WithMetadata(TakesTokenInCookie.Instance);
        pages.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            if (http.Request.Query["access_token"] is [{ Length: > 0 } token] && Caller.Of(http) is { } caller)
            {
                http.Response.Cookies.Append(CookieName, token, new CookieOptions
                {
                    HttpOnly = true,
                    Secure = http.Request.IsHttps,
                    SameSite = SameSiteMode.Strict,
                    Path = path,
                    Expires = caller.ExpiresAt,
                });
            }

            return await next(context);
        });
        return pages;
    }

    internal sealed class TakesTokenInCookie
    {
        public static readonly TakesTokenInCookie Instance = new();
    }
}
