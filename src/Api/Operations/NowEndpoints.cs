using Cafeteria.Accounts;
using Cafeteria.Http;
using Cafeteria.Tracking;

namespace Cafeteria.Operations;

internal static class NowEndpoints
{
    public static IEndpointRouteBuilder MapNow(this IEndpointRouteBuilder api)
    {
        api.MapGet("/admin/now/events", Events).WithTags("Operations").WithName("nowEvents").WithSummary("Is it up, is it fast, are we selling: every second")
            .WithDescription("Events: `snapshot` (the hour before, and now) first, then `now` (one frame) every second.")
            .ForEventStream().ForRole(Role.Manager).NeverFailing().Produces<NowSnapshot>(200, "text/event-stream").Problems(404, 429);
        return api;
    }

    private static IResult Events(Caller caller, RequestTenant tenant, HttpContext http, EventStreams streams, NowFeed feed)
        => streams.TryOpen(caller, tenant.Id, http) is { } stream ? stream.Serve(feed.FollowAsync(tenant.Id, stream.Ended)) : EventStreams.TooMany(http);
}
