using System.Globalization;
using System.Text;
using Cafeteria.Operations;
using Cafeteria.Orders;

namespace Cafeteria.Http;

/// <summary>
/// Refuses orders that would wait too long, before anybody is asked who sends them: 503, and when to come back. Only orders:
/// the kitchen's and the managers' requests go on, and what they do makes room.
/// </summary>
internal sealed class OverloadGate(RequestDelegate next, Admission admission)
{
    // Ten of these are written for each order that is served, so they are not made by the general writer.
    private static readonly string Problem =
        $$"""{"type":"{{Problems.TypeOf(ProblemCodes.Overloaded)}}","title":"{{ProblemCodes.Title(ProblemCodes.Overloaded)}}","status":503,"detail":"Nothing was ordered: more people are ordering than can be served at this moment. Try again, with the same Idempotency-Key.","code":"{{ProblemCodes.Overloaded}}","traceId":""";

    public Task InvokeAsync(HttpContext context)
    {
        if (!admission.IsFull || context.GetEndpoint()?.Metadata.GetMetadata<CountsAsOrder>() is null)
            return next(context);

        ApiMetrics.Overloaded();
        var response = context.Response;
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.CacheControl = "no-store";
        response.Headers.RetryAfter = admission.ComeBackIn().ToString(CultureInfo.InvariantCulture);
        response.ContentType = "application/problem+json";
        var body = Encoding.UTF8.GetBytes($"{Problem}\"{Problems.TraceIdOf(context)}\"}}");
        response.ContentLength = body.Length;
        return response.BodyWriter.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <summary>Marks the route that orders are placed by.</summary>
    internal sealed class CountsAsOrder
    {
        public static readonly CountsAsOrder Instance = new();
    }
}
