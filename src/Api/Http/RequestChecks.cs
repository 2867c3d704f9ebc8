using System.Buffers;

namespace Cafeteria.Http;

/// <summary>What every request passes first: its id, its size, and no NUL anywhere in its address.</summary>
internal sealed partial class RequestChecks(RequestDelegate next, ILogger<RequestChecks> logger)
{
    public const int MaxBodyBytes = 64 * 1024;
    private const string RequestIdHeader = "X-Request-Id";
    private const int MaxRequestIdLength = 100;

    private static readonly SearchValues<char> RequestIdCharacters
        = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+=");

    public Task InvokeAsync(HttpContext context)
    {
        if (IdOf(context.Request) is { } id)
        {
            context.TraceIdentifier = id;
            if (logger.IsEnabled(LogLevel.Debug))
                LogRequest(context.Request.Method, id);
        }
        else
        {
            context.TraceIdentifier = Guid.NewGuid().ToString("N");
        }

        // Not before: an answer that an exception ends in begins with no headers.
        context.Response.OnStarting(static state =>
        {
            var context = (HttpContext)state;
            var response = context.Response;
            response.Headers[RequestIdHeader] = context.TraceIdentifier;
            response.Headers.XContentTypeOptions = "nosniff";
            // A stale read of one's own order from a cache between would be a lie; who may be cached says so itself.
            if (response.Headers.CacheControl.Count == 0)
                response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }, context);

        var maxBytes = context.GetEndpoint()?.Metadata.GetMetadata<LargerBody>()?.MaxBytes ?? MaxBodyBytes;
        if (context.Request.ContentLength > maxBytes)
            throw RefusalException.TooLarge(maxBytes);
        if (HasNul(context.Request.QueryString))
            throw RefusalException.Invalid("The address contains a NUL character.");
        return next(context);
    }

    private static string? IdOf(HttpRequest request)
    {
        var header = request.Headers[RequestIdHeader];
        return header is [{ Length: > 0 and <= MaxRequestIdLength } id] && !id.AsSpan().ContainsAnyExcept(RequestIdCharacters) ? id : null;
    }

    private static bool HasNul(QueryString query)
        => query.HasValue && query.Value!.Contains("%00", StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} as {RequestId}")]
    private partial void LogRequest(string method, string requestId);
}
