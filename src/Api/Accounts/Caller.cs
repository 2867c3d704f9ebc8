using System.Reflection;
using System.Security.Claims;

namespace Cafeteria.Accounts;

/// <summary>Who is signed in, by their access token.</summary>
internal sealed record Caller(string Login, string Tenant, Role Role, string SessionId, string Name, DateTimeOffset ExpiresAt)
    : IBindableFromHttpContext<Caller>
{
    public bool IsStaff => Role.IsStaff();

    /// <summary>What counts as one client to the limits.</summary>
    public string Key { get; } = $"{Tenant}/{Login}";

    public static Caller? Of(HttpContext context) => (context.User as CallerPrincipal)?.Caller;

    /// <summary>Only for routes that need a sign-in: there authorization has made sure of the caller.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) => new(Of(context));
}

internal sealed class CallerPrincipal(Caller caller) : ClaimsPrincipal(new ClaimsIdentity(
    [new Claim("sub", caller.Login), new Claim("tenant_id", caller.Tenant)], BearerHandler.Scheme, "sub", "role"))
{
    public Caller Caller => caller;
}
