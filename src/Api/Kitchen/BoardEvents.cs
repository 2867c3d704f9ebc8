using System.Runtime.CompilerServices;
using Cafeteria.Accounts;
using Cafeteria.Http;
using Cafeteria.Orders;
using Cafeteria.Tracking;
using Microsoft.Extensions.Options;

namespace Cafeteria.Kitchen;

internal static class BoardEndpoints
{
    public static IEndpointRouteBuilder MapBoard(this IEndpointRouteBuilder kitchen)
    {
        kitchen.MapGet("/board/events", Follow).WithName("followBoard").WithSummary("The board in the hall: what is being prepared, and what is ready")
            .WithDescription("Events: `board`, each time the whole of it, `ping`.")
            .ForEventStream().ForStaff().Produces<BoardResponse>(200, "text/event-stream").Problems(404, 429);
        return kitchen;
    }

    private static async Task<IResult> Follow(
        Caller caller, RequestTenant tenant, HttpContext http, BoardEvents board, EventStreams streams, LiveOrders live, CancellationToken cancellationToken)
    {
        if (streams.TryOpen(caller, tenant.Id, http) is not { } stream)
            return EventStreams.TooMany(http);
        var connection = live.WatchTenant(tenant.Id, stream);
        await live.ReadyAsync(tenant.Id, cancellationToken);
        var first = await board.ReadAsync(tenant.Id, cancellationToken);
        return stream.Serve(board.FollowAsync(tenant.Id, first, connection, stream.Ended));
    }
}

/// <summary>The board's stream: a change of any order is the sign to look at the rows, and what is shown is what they say.</summary>
internal sealed partial class BoardEvents(
    IOrderRows rows,
    IOptions<JsonOptions> json,
    IOptions<TrackingOptions> options,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock,
    ILogger<BoardEvents> logger)
{
    // People walk to the counter: a board that follows every quarter of a second is as good as one that follows each order.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(250);

    public async Task<BoardResponse> ReadAsync(string tenant, CancellationToken cancellationToken)
        => BoardResponse.From(await rows.OnBoardAsync(tenant, clock.GetUtcNow(), cancellationToken));

    public async IAsyncEnumerable<StreamEvent> FollowAsync(
        string tenant, BoardResponse shown, LiveConnection connection, CancellationToken ended, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var serializer = json.Value.SerializerOptions;
        yield return StreamEvent.Of("board", null, shown, serializer);
        var spokeAt = clock.GetTimestamp();
        while (await connection.WaitAsync(options.Value.CompareEvery, ended) is not Wake.Ended and var wake)
        {
            var (ping, changed) = connection.Drain();
            if (changed)
                await Task.Delay(Settle, CancellationToken.None);
            if (await TryReadAsync(tenant, ended) is not { } now)
                continue;
            if (!now.Shows(shown))
            {
                spokeAt = clock.GetTimestamp();
                yield return StreamEvent.Of("board", null, shown = now, serializer);
            }

            // Only when the rows have been read: a board that hears nothing knows that it may be old. And also when orders
            // come without a pause and none of them changes the board.
            if (ping || wake is Wake.Quiet || clock.GetElapsedTime(spokeAt) >= options.Value.CompareEvery)
            {
                spokeAt = clock.GetTimestamp();
                yield return StreamEvent.Ping;
            }
        }
    }

    private async Task<BoardResponse?> TryReadAsync(string tenant, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(tenant, cancellationToken);
        }
        catch (Exception e) when (ApiExceptionHandler.IsPassing(e))
        {
            LogNotRead(e.GetType().Name);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The hall's board could not be read ({Reason}); it is at the next look")]
    private partial void LogNotRead(string reason);
}
