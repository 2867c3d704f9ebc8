using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;

namespace Cafeteria.Http;

/// <summary>
/// The built web app, from <c>Web:Root</c> or <c>wwwroot</c>. Addresses of its own pages (a browser asking for HTML at no
/// known route) get its first page; whoever asks for anything else that is not there gets a truthful 404.
/// </summary>
internal static class WebAppFiles
{
    private static readonly PathString[] NotPages = ["/api", "/ws", "/openapi", "/docs", "/metrics", "/assets"];

    public static void UseWebAppFiles(this WebApplication app)
    {
        if (RootOf(app) is not { } files)
            return;

        var types = new FileExtensionContentTypeProvider();
        types.Mappings[".webmanifest"] = "application/manifest+json";
        types.Mappings[".woff2"] = "font/woff2";
        var options = new StaticFileOptions { FileProvider = files, ContentTypeProvider = types, OnPrepareResponse = SayHowLongToKeep };

        app.Use((context, next) =>
        {
            if (context.GetEndpoint() is null && IsPage(context.Request) && !files.GetFileInfo(context.Request.Path).Exists)
                context.Request.Path = "/index.html";
            return next(context);
        });
        app.UseStaticFiles(options);
    }

    private static IFileProvider? RootOf(WebApplication app)
    {
        if (app.Configuration["Web:Root"] is { Length: > 0 } root)
            return Directory.Exists(root) ? new PhysicalFileProvider(Path.GetFullPath(root)) : null;
        var beside = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (app.Environment.WebRootFileProvider is { } files and not NullFileProvider && files.GetFileInfo("index.html").Exists)
            return files;
        return Directory.Exists(beside) ? new PhysicalFileProvider(beside) : null;
    }

    private static bool IsPage(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return false;
        foreach (var other in NotPages)
            if (request.Path.StartsWithSegments(other))
                return false;
        return request.Path == "/" || request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }

    private static void SayHowLongToKeep(StaticFileResponseContext file)
        => file.Context.Response.Headers.CacheControl = file.Context.Request.Path.StartsWithSegments("/assets")
            // Vite puts a hash of the content into these names.
            ? "public, max-age=31536000, immutable"
            : "no-cache";
}
