using Microsoft.Extensions.Options;

namespace Cafeteria.Http;

/// <summary>
/// Writes problem details whatever the client says it accepts. The framework's own writer declines when <c>Accept</c>
/// names only other types (a browser's <c>text/html</c>), and the error would go out without its code.
/// </summary>
internal sealed class ProblemWriter(IOptions<JsonOptions> json) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var problem = context.ProblemDetails;
        var status = problem.Status ??= http.Response.StatusCode;
        if (!problem.Extensions.TryGetValue("code", out var code))
            problem.Extensions["code"] = code = ProblemCodes.Of(status);
        problem.Title = ProblemCodes.Title((string)code!);
        problem.Type = Problems.TypeOf((string)code!);
        problem.Detail ??= problem.Title + ".";
        problem.Extensions["traceId"] = Problems.TraceIdOf(http);

        var response = http.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        if (status is StatusCodes.Status503ServiceUnavailable && response.Headers.RetryAfter.Count == 0)
            response.Headers.RetryAfter = "1";
        if (status is StatusCodes.Status401Unauthorized && response.Headers.WWWAuthenticate.Count == 0)
            response.Headers.WWWAuthenticate = "Bearer";
        return new ValueTask(response.WriteAsJsonAsync(problem, problem.GetType(), json.Value.SerializerOptions, "application/problem+json", http.RequestAborted));
    }
}
