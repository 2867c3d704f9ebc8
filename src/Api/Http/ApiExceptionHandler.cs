using System.Text.Json;
using Cafeteria.Operations;
using Cafeteria.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Orleans.Runtime;

namespace Cafeteria.Http;

/// <summary>What an exception means to a client: its own mistake, a passing trouble, or ours (and then nothing more is said).</summary>
internal sealed partial class ApiExceptionHandler(IProblemDetailsService problems, ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    // nginx's name for "the client went away"; nobody receives it, but logs and metrics do.
    private const int ClientClosedRequest = 499;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = ClientClosedRequest;
            RequestSpans.Answered(httpContext);
            return true;
        }

        var (status, code, detail) = exception switch
        {
            RefusalException refusal => (refusal.Status, refusal.Code, refusal.Message),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (413, ProblemCodes.BodyTooLarge, "A body may have 64 KB at most."),
            BadHttpRequestException bad => (bad.StatusCode, ProblemCodes.Of(bad.StatusCode), bad.Message),
            JsonException json => (400, ProblemCodes.InvalidRequest, json.Message),
            _ when IsPassing(exception) => (503, ProblemCodes.Unavailable, "The cafeteria cannot answer this right now. Try again in a moment, with the same key."),
            _ => (500, ProblemCodes.InternalError, "Something went wrong on our side. Nothing more is known about it here; the log knows by the traceId."),
        };

        // The request's own is taken from it before anybody here is asked.
        var endpoint = httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.DisplayName;
        if (status == 500)
            LogUnexpected(exception, httpContext.Request.Method, endpoint);
        else if (status == 503)
            LogPassing(exception.GetType().Name, exception.Message, endpoint);

        httpContext.Response.StatusCode = status;
        RequestSpans.Answered(httpContext);
        var problem = new ProblemDetails { Status = status, Detail = detail };
        problem.Extensions["code"] = code;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem });
    }

    /// <summary>Whether trying again later may well succeed: the database or the grain was not there, too busy, or just moving.</summary>
    public static bool IsPassing(Exception exception)
        => exception is TimeoutException or OrleansException or OperationCanceledException
            || exception is AggregateException { InnerException: { } inner } && IsPassing(inner);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Endpoint} failed")]
    private partial void LogUnexpected(Exception exception, string method, string? endpoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Endpoint} answered 503: {Kind}: {Reason}")]
    private partial void LogPassing(string kind, string reason, string? endpoint);
}
