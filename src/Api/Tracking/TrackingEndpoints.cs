using System.Globalization;
using Cafeteria.Accounts;
using Cafeteria.Http;
using Cafeteria.Orders;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cafeteria.Tracking;

internal static class TrackingEndpoints
{
    public static IEndpointRouteBuilder MapTracking(this IEndpointRouteBuilder api)
    {
        var orders = api.MapGroup("/orders").WithTags("Tracking").ForEventStream();
        orders.MapGet("/{id}/events", FollowOne).WithName("followOrder").WithSummary("One order as it comes closer, until it ends")
            .WithDescription("Events: `snapshot` and `status` with the order's version as id; `queue` {orderId, ahead} while orders wait before it; `ping`. A `Last-Event-ID` resumes right after it; at or past a final version the answer is 204.")
            .ForSignedIn().Produces<OrderEvent>(200, "text/event-stream").Produces(204).Problems(404);
        orders.MapGet("/events", FollowAll).WithName("followOrders").WithSummary("All of one's orders, on one connection")
            .WithDescription("Events: `snapshot` of every open order and those ended within 10 minutes, then `status`, and `snapshot` of every new order; `ping`.")
            .ForSignedIn().Produces<OrderEvent>(200, "text/event-stream").Problems(404);
        return api;
    }

    public static IEndpointRouteBuilder MapTrackingSocket(this IEndpointRouteBuilder sockets)
    {
        sockets.MapGet("/order-tracking/{id}", FollowBySocket).WithTags("Tracking").WithName("followOrderBySocket")
            .WithSummary("The same events as JSON text frames on a WebSocket").ForEventStream().ForSignedIn()
            .Produces(101).Problems(400, 404);
        return sockets;
    }

    private static async Task<IResult> FollowOne(
        string id, Caller caller, RequestTenant tenant, HttpContext http, [AsParameters] TrackingServices services, CancellationToken cancellationToken)
    {
        if (!OrderIds.IsValid(id))
            return OrderEndpoints.NoSuchOrder();
        if (services.Streams.TryOpen(caller, tenant.Id, http) is not { } stream)
            return EventStreams.TooMany(http);

        // The letter box first, then the state: what happens in between is in the one or in both, never in neither.
        var connection = services.Live.WatchOrder(tenant.Id, id, stream);
        await services.Live.ReadyAsync(tenant.Id, cancellationToken);
        if (await OrderEndpoints.FindAsync(services.Grains, tenant.Id, id, caller) is not { } order)
            return OrderEndpoints.NoSuchOrder();
        var lastSeen = LastSeen(http.Request);
        if (order.Status.IsFinal() && lastSeen >= order.Version)
            return TypedResults.NoContent();
        return stream.Serve(services.Follower.FollowAsync(order, lastSeen, connection, stream.Ended));
    }

    private static async Task<IResult> FollowAll(
        Caller caller, RequestTenant tenant, HttpContext http, [AsParameters] TrackingServices services, CancellationToken cancellationToken)
    {
        if (services.Streams.TryOpen(caller, tenant.Id, http) is not { } stream)
            return EventStreams.TooMany(http);
        var connection = services.Live.WatchStudent(tenant.Id, caller.Login, stream);
        await services.Live.ReadyAsync(tenant.Id, cancellationToken);
        var orders = await services.Follower.OrdersOfAsync(tenant.Id, caller.Login, cancellationToken);
        return stream.Serve(services.Follower.FollowAllAsync(tenant.Id, caller.Login, orders, connection, stream.Ended));
    }

    private static async Task<IResult> FollowBySocket(
        string id, Caller caller, RequestTenant tenant, HttpContext http, [AsParameters] TrackingServices services, CancellationToken cancellationToken)
    {
        if (!http.WebSockets.IsWebSocketRequest)
            return Problems.Invalid("This address speaks WebSocket alone; for plain HTTP there is /api/v1/orders/{id}/events.");
        if (!OrderIds.IsValid(id))
            return OrderEndpoints.NoSuchOrder();
        if (services.Streams.TryOpen(caller, tenant.Id, http) is not { } stream)
            return EventStreams.TooMany(http);

        var connection = services.Live.WatchOrder(tenant.Id, id, stream);
        await services.Live.ReadyAsync(tenant.Id, cancellationToken);
        if (await OrderEndpoints.FindAsync(services.Grains, tenant.Id, id, caller) is not { } order)
            return OrderEndpoints.NoSuchOrder();
        await services.Socket.ServeAsync(http, services.Follower.FollowAsync(order, null, connection, stream.Ended), stream);
        return Results.Empty;
    }

    private static int? LastSeen(HttpRequest request)
        => int.TryParse(request.Headers["Last-Event-ID"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0 ? version : null;
}

internal readonly record struct TrackingServices(IGrainFactory Grains, LiveOrders Live, EventStreams Streams, OrderFollower Follower, OrderSocket Socket);
