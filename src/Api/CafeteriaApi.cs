using System.Text.Json.Serialization;
using Cafeteria.Accounts;
using Cafeteria.Audit;
using Cafeteria.Http;
using Cafeteria.Kitchen;
using Cafeteria.Menu;
using Cafeteria.Operations;
using Cafeteria.Orders;
using Cafeteria.Reports;
using Cafeteria.Stock;
using Cafeteria.Tenants;
using Cafeteria.Tracking;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Cafeteria;

/// <summary>The HTTP API, as the Silo composes it: services, middleware in its order, routes.</summary>
public static class CafeteriaApi
{
    /// <summary>
    /// Adds what the API needs beside the grain host and what Persistence registers (IOrderRows, ISecrets,
    /// IRevokedSessions, IDatabaseHealth) and Grains (IMenuBoard).
    /// </summary>
    public static IHostApplicationBuilder AddCafeteriaApi(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddKeyedSingleton<TimeProvider>(ClockName.Cafeteria, SteadyClock.System);
        services.AddOptions<TenantOptions>().BindConfiguration(TenantOptions.Section);
        services.AddOptions<PasswordOptions>().BindConfiguration(PasswordOptions.Section);
        services.AddOptions<TrackingOptions>().BindConfiguration(TrackingOptions.Section);
        services.AddOptions<MetricsOptions>().BindConfiguration(MetricsOptions.Section);

        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
        services.AddExceptionHandler<ApiExceptionHandler>();
        services.AddLimits();
        services.AddContract();

        // AddAuthentication would bring data protection along, which writes key files into the home folder and is not needed.
        services.AddWebEncoders();
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = BearerHandler.Scheme;
            options.AddScheme<BearerHandler>(BearerHandler.Scheme, null);
        });
        services.AddRoles();
        services.AddSingleton<TokenKeys>();
        services.AddHostedService(provider => provider.GetRequiredService<TokenKeys>());
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<VerifiedTokens>();
        services.AddSingleton<PasswordHashing>();

        services.AddSingleton<AuditTrail>();
        services.AddSingleton<MenuPages>();
        services.AddSingleton<PictureCache>();
        services.AddSingleton<OrderIds>();
        services.AddSingleton<Admission>();
        services.AddSingleton<KitchenEvents>();
        services.AddSingleton<BoardEvents>();

        services.AddSingleton<LiveOrders>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveOrders>());
        services.AddSingleton<EventStreams>();
        services.AddHostedService<QueuePlaces>();
        services.AddSingleton<OrderFollower>();
        services.AddSingleton<OrderSocket>();

        services.AddSingleton<MetricsReader>();
        services.AddSingleton<MetricsAccess>();
        services.AddSingleton<StageTimes>();
        services.AddSingleton<LiveFigures>();
        services.AddSingleton<TenantFigures>();
        services.AddSingleton<PartsHealth>();
        services.AddSingleton<RequestTimes>();
        services.AddSingleton<RefusedOrders>();
        services.AddSingleton<NowFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<NowFeed>());
        services.AddHostedService<Telemetry>();
        return builder;
    }

    /// <summary>The middleware, in the order in which it must stand.</summary>
    public static WebApplication UseCafeteriaApi(this WebApplication app)
    {
        // Counts from the first request on, not from the first scrape.
        _ = app.Services.GetRequiredService<MetricsReader>();
        if (app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value.Stages)
            _ = app.Services.GetRequiredService<StageTimes>();

        if (TrustedProxies(app.Configuration) is { } forwarded)
            app.UseForwardedHeaders(forwarded);
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler();
        app.UseRouting();
        app.UseRequestSpans();
        // Routes say themselves what is wrong; only where there is none is an empty answer to be filled.
        app.UseWhen(static context => context.GetEndpoint() is not RouteEndpoint, static elsewhere => elsewhere.UseStatusCodePages());
        app.UseMiddleware<RequestChecks>();
        app.UseWebAppFiles();
        app.UseMiddleware<ServingGate>();
        app.UseMiddleware<OverloadGate>();
        app.UseMiddleware<BearerTokens>();
        app.UseMiddleware<Tenancy>();
        if (app.Services.GetRequiredService<IChaos>().Allowed)
            app.UseMiddleware<ChaosGate>();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseWhen(static context => context.Request.Path.StartsWithSegments("/ws"), static sockets => sockets.UseWebSockets());
        // Or the framework would put its own in front of everything, because there is a scheme.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        return app;
    }

    public static WebApplication MapCafeteriaApi(this WebApplication app)
    {
        app.MapGroup("/api/v1").FailingWith(ChaosPart.Gateway)
            .MapAccounts()
            .MapMenu()
            .MapPictures()
            .MapStock()
            .MapOrders()
            .MapKitchen()
            .MapTracking()
            .MapStaff()
            .MapReports()
            .MapAudit()
            .MapNow()
            .MapChaos();
        app.MapGroup("/ws/v1").FailingWith(ChaosPart.Gateway).MapTrackingSocket();
        app.MapHealth().MapMetrics().MapDocs();
        app.MapOpenApi("/openapi/{documentName:regex(^v1$)}.json");
        return app;
    }

    /// <summary>Who may say on whose behalf a request comes (<c>Http:TrustedProxies</c>, CIDR); nobody unless configured.</summary>
    private static ForwardedHeadersOptions? TrustedProxies(IConfiguration configuration)
    {
        var networks = configuration.GetSection("Http:TrustedProxies").Get<string[]>();
        if (networks is null or [])
            return null;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        foreach (var network in networks)
            options.KnownIPNetworks.Add(System.Net.IPNetwork.TryParse(network, out var known)
                ? known
                : throw new FormatException($"Http:TrustedProxies names '{network}', which is no network as 10.244.0.0/16 is."));
        return options;
    }
}
