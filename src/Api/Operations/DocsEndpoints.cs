using System.Reflection;

namespace Cafeteria.Operations;

/// <summary>The contract for people: one page of our own over <c>/openapi/v1.json</c>, with nothing fetched from elsewhere.</summary>
internal static class DocsEndpoints
{
    public static IEndpointRouteBuilder MapDocs(this IEndpointRouteBuilder app)
    {
        Map(app, "/docs", "docs.html", "text/html; charset=utf-8");
        Map(app, "/docs/docs.js", "docs.js", "text/javascript; charset=utf-8");
        Map(app, "/docs/docs.css", "docs.css", "text/css; charset=utf-8");
        return app;
    }

    private static void Map(IEndpointRouteBuilder app, string path, string resource, string type)
    {
        var content = Read(resource);
        app.MapGet(path, (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "no-cache";
            return TypedResults.Bytes(content, type);
        }).ExcludeFromDescription();
    }

    private static byte[] Read(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"docs/{resource}")
            ?? throw new InvalidOperationException($"The page {resource} is not in the assembly.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
