using System.Buffers;
using Cafeteria.Http;

namespace Cafeteria.Orders;

/// <summary>
/// 202 and the order. By hand, for this is what everybody asks for at 17:30: the framework's result looks up a logger, and sends
/// the body in chunks, the last of them by itself.
/// </summary>
internal sealed class OrderAccepted(OrderResponse order) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status202Accepted;
        response.Headers.Location = OrderResponse.LocationOf(order.Id);
        response.ContentType = "application/json; charset=utf-8";
        var body = GeneratedJson.Write(order, ApiJson.Default.OrderResponse);
        response.ContentLength = body.Length;
        // Copied before anything is waited for: the bytes are this thread's next order's.
        response.BodyWriter.Write(body.Span);
        return response.BodyWriter.FlushAsync(httpContext.RequestAborted).AsTask();
    }
}
