using System.Reflection;
using Cafeteria.Accounts;
using Cafeteria.Tenants;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Cafeteria.Http;

/// <summary>The cafeteria a request is about: the token's, else the header's, else the default one.</summary>
internal sealed class RequestTenant(string id, bool named) : IBindableFromHttpContext<RequestTenant>
{
    public const string Header = "X-Tenant-ID";

    public string Id => id;

    /// <summary>Whether the request named it in a header.</summary>
    public bool Named => named;

    public static ValueTask<RequestTenant?> BindAsync(HttpContext context, ParameterInfo parameter)
        => new(context.Features.GetRequiredFeature<RequestTenant>());
}

/// <summary>Decides the tenant of every request that an endpoint will answer, before that endpoint's role check.</summary>
internal sealed class Tenancy(RequestDelegate next, IOptions<TenantOptions> tenants, IProblemDetailsService problems)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is null)
            return next(context);

        var header = context.Request.Headers[RequestTenant.Header].ToString();
        var named = tenants.Value.Find(header);
        var caller = Caller.Of(context);
        if (named is null && caller is null or { Role: Role.SuperAdmin })
            return RefuseAsync(context, 404, ProblemCodes.UnknownTenant, "No cafeteria of that name is served here.");

        string tenant;
        if (caller is null)
            tenant = named!;
        else if (header.Length == 0)
            tenant = caller.Tenant;
        else if (caller.Role is Role.SuperAdmin || named == caller.Tenant)
            tenant = named!;
        else
            return RefuseAsync(context, 403, ProblemCodes.TenantMismatch, $"Leave {RequestTenant.Header} out, or name the cafeteria you signed in to.");

        context.Features.Set(new RequestTenant(tenant, header.Length > 0));
        return next(context);
    }

    private Task RefuseAsync(HttpContext context, int status, string code, string detail)
    {
        context.Response.StatusCode = status;
        var problem = new ProblemDetails { Status = status, Detail = detail };
        problem.Extensions["code"] = code;
        return problems.WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem }).AsTask();
    }
}
