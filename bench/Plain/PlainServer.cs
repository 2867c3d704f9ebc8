using Microsoft.AspNetCore.Authentication;

namespace Cafeteria.Bench.Plain;

/// <summary>What the two plain servers share with the product: Kestrel's limits, the token and its check, the body's shape.</summary>
internal static class PlainServer
{
    public static WebApplicationBuilder Create(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 64;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
            kestrel.Limits.MaxConcurrentConnections = 20_000;
        });
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, PlainJson.Default));
        builder.Services.AddSingleton(new SigningKey(Convert.FromBase64String(builder.Configuration["SigningKey"]
            ?? throw new InvalidOperationException("SigningKey must be set: base64 of what the tokens are signed with."))));
        builder.Services.AddWebEncoders();
        builder.Services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = TokenHandler.Name;
            options.AddScheme<TokenHandler>(TokenHandler.Name, null);
        });
        builder.Services.AddAuthorization();
        return builder;
    }

    /// <summary>The middleware, and what the comparison asks for: whether it is up, and how much it has allocated.</summary>
    public static WebApplication Build(this WebApplicationBuilder builder, Action<WebApplication> map)
    {
        var app = builder.Build();
        app.UseRouting();
        if (app.Configuration.GetValue<bool>("RememberTokens"))
            app.UseMiddleware<BearerTokens>();
        else
            app.UseAuthentication();
        app.UseAuthorization();
        // Or the framework would put its own in front of everything, because there is a scheme.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        app.MapGet("/readyz", () => Results.Ok());
        app.MapGet("/metrics", () => Results.Text($"dotnet_gc_heap_total_allocated_bytes_total {GC.GetTotalAllocatedBytes()}\n"));
        map(app);
        return app;
    }
}
