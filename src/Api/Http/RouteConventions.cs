using Cafeteria.Accounts;

namespace Cafeteria.Http;

/// <summary>What routes say of themselves, for the middleware and for the contract.</summary>
internal static class RouteConventions
{
    public const string StaffPolicy = "staff";

    /// <summary>With the limit on what one student may ask for; a route that requires another after this has that one instead.</summary>
    public static TBuilder ForSignedIn<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder
        => route.RequireAuthorization().RequireRateLimiting(Limits.Requests).NeedingDatabase().Problems(401, 403, 429, 503);

    /// <summary>
    /// Without a limit: a token ends itself here, and whoever asks without end with a stolen one shall not keep its owner
    /// from signing out everywhere.
    /// </summary>
    public static TBuilder ForSigningOut<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder
        => route.RequireAuthorization().NeedingDatabase().Problems(401, 403, 503);

    public static TBuilder ForRole<TBuilder>(this TBuilder route, Role role)
        where TBuilder : IEndpointConventionBuilder
        => route.RequireAuthorization(Snake<Role>.Name(role)).NeedingDatabase().Problems(401, 403, 503);

    public static TBuilder ForStaff<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder
        => route.RequireAuthorization(StaffPolicy).NeedingDatabase().Problems(401, 403, 503);

    public static TBuilder ForEventStream<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder
        => route.WithMetadata(BearerHandler.TakesTokenInQuery.Instance);

    public static TBuilder NeedingDatabase<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder
        => route.WithMetadata(ServingGate.NeedsDatabase.Instance);

    /// <summary>The errors a route may answer with, all of the one shape.</summary>
    public static TBuilder Problems<TBuilder>(this TBuilder route, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
            route.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), ["application/problem+json"]));
        return route;
    }

    public static IServiceCollection AddRoles(this IServiceCollection services)
    {
        var authorization = services.AddAuthorizationBuilder();
        foreach (var role in Enum.GetValues<Role>())
            authorization.AddPolicy(Snake<Role>.Name(role), policy => policy.RequireAssertion(
                context => context.User is CallerPrincipal { Caller.Role: var held } && held.Includes(role)));
        authorization.AddPolicy(StaffPolicy, policy => policy.RequireAssertion(
            context => context.User is CallerPrincipal { Caller.IsStaff: true }));
        return services;
    }
}
