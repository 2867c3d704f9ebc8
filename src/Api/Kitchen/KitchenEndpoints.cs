using Cafeteria.Accounts;
using Cafeteria.Audit;
using Cafeteria.Http;
using Cafeteria.Menu;
using Cafeteria.Orders;
using Cafeteria.Tracking;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cafeteria.Kitchen;

internal static class KitchenEndpoints
{
    public static IEndpointRouteBuilder MapKitchen(this IEndpointRouteBuilder api)
    {
        var kitchen = api.MapGroup("/kitchen").WithTags("Kitchen");
        kitchen.MapGet("/stations", Stations).WithName("listStations").WithSummary("The stations and how busy they are").ForRole(Role.Kitchen).Problems(404);
        kitchen.MapPut("/stations/{id}", Configure).WithName("putStation").WithSummary("How many cooks, and whether tickets cook themselves").ForRole(Role.Manager)
            .Problems(400, 404, 413, 415);
        kitchen.MapGet("/stations/{id}/tickets", Tickets).WithName("listTickets").WithSummary("A station's tickets, oldest first").ForRole(Role.Kitchen).Problems(404);
        kitchen.MapPost("/stations/{id}/tickets/{orderId}/start", Start).WithName("startTicket").WithSummary("A cook begins").ForRole(Role.Kitchen).Problems(404, 409);
        kitchen.MapPost("/stations/{id}/tickets/{orderId}/done", Done).WithName("finishTicket").WithSummary("A cook is done").ForRole(Role.Kitchen).Problems(404, 409);
        kitchen.MapPost("/stations/{id}/tickets/{orderId}/recall", Recall).WithName("recallTicket").WithSummary("Not done after all").ForRole(Role.Kitchen).Problems(404, 409);
        kitchen.MapPost("/stations/{id}/tickets/{orderId}/put-back", PutBack).WithName("putTicketBack").WithSummary("Not begun after all").ForRole(Role.Kitchen).Problems(404, 409);
        kitchen.MapGet("/events", Events).WithName("kitchenEvents").WithSummary("Tickets as they change, for the wall screen")
            .WithDescription("Events: `snapshot` {tickets}, `ticket` (one ticket), `removed` {stationId, orderId}, `ping`.")
            .ForEventStream().ForRole(Role.Kitchen).Produces<TicketsSnapshot>(200, "text/event-stream").Problems(404, 429);
        kitchen.MapKitchenItems().MapBoard();
        return api;
    }

    private static async Task<Results<Ok<Page<StationResponse>>, ProblemHttpResult>> Stations(
        RequestTenant tenant, [AsParameters] KitchenServices services, CancellationToken cancellationToken)
    {
        var stations = await services.StationsAsync(tenant.Id, cancellationToken);
        var views = await Task.WhenAll(stations.Select(async station => StationResponse.From(await services.Station(tenant.Id, station.Id).Get(), station.Name)));
        return TypedResults.Ok(new Page<StationResponse>(views, null));
    }

    private static async Task<Results<Ok<StationResponse>, ProblemHttpResult>> Configure(
        string id, Body<StationRequest> body, Caller caller, RequestTenant tenant, AuditTrail audit, [AsParameters] KitchenServices services, CancellationToken cancellationToken)
    {
        var (request, errors) = (body.Value, new FieldErrors());
        errors.Check(request.Cooks is >= 1 and <= 100, "cooks", "1 to 100.");
        errors.Check(request.Mode is not null, "mode", "auto or manual.");
        if (errors.Any)
            return Problems.Invalid(errors);
        if (await services.FindAsync(tenant.Id, id, cancellationToken) is not { } station)
            return NoSuchStation();
        var before = await services.Station(tenant.Id, id).Get();
        var view = await services.Station(tenant.Id, id).Configure(new ConfigureStation(request.Cooks!.Value, request.Mode!.Value));
        if ((before.Cooks, before.Mode) != (view.Cooks, view.Mode))
            await audit.AddAsync(caller, tenant.Id, AuditAction.StationConfigured, $"stations/{id}",
                new AuditChange("cooks", AuditTrail.Text(before.Cooks), AuditTrail.Text(view.Cooks)),
                new AuditChange("mode", Snake<StationMode>.Name(before.Mode), Snake<StationMode>.Name(view.Mode)));
        return TypedResults.Ok(StationResponse.From(view, station.Name));
    }

    private static async Task<Results<Ok<Page<TicketResponse>>, ProblemHttpResult>> Tickets(
        string id, RequestTenant tenant, [AsParameters] KitchenServices services, CancellationToken cancellationToken)
    {
        if (await services.FindAsync(tenant.Id, id, cancellationToken) is null)
            return NoSuchStation();
        var tickets = await services.Station(tenant.Id, id).Tickets();
        return TypedResults.Ok(new Page<TicketResponse>([.. tickets.Select(ticket => TicketResponse.From(id, ticket))], null));
    }

    private static Task<Results<Ok<TicketResponse>, ProblemHttpResult>> Start(
        string id, string orderId, Caller caller, RequestTenant tenant, [AsParameters] KitchenServices services, CancellationToken cancellationToken)
        => StepAsync(id, orderId, TicketStep.Start, caller, tenant, services, cancellationToken);

    private static Task<Results<Ok<TicketResponse>, ProblemHttpResult>> Done(
        string id, string orderId, Caller caller, RequestTenant tenant, [AsParameters] KitchenServices services, CancellationToken cancellationToken)
        => StepAsync(id, orderId, TicketStep.Done, caller, tenant, services, cancellationToken);

    private static Task<Results<Ok<TicketResponse>, ProblemHttpResult>> Recall(
        string id, string orderId, Caller caller, RequestTenant tenant, [AsParameters] KitchenServices services, CancellationToken cancellationToken)
        => StepAsync(id, orderId, TicketStep.Recall, caller, tenant, services, cancellationToken);

    private static Task<Results<Ok<TicketResponse>, ProblemHttpResult>> PutBack(
        string id, string orderId, Caller caller, RequestTenant tenant, [AsParameters] KitchenServices services, CancellationToken cancellationToken)
        => StepAsync(id, orderId, TicketStep.PutBack, caller, tenant, services, cancellationToken);

    /// <summary>The ticket's truth is in its order, so the order takes the step and tells the station.</summary>
    private static async Task<Results<Ok<TicketResponse>, ProblemHttpResult>> StepAsync(
        string id, string orderId, TicketStep step, Caller caller, RequestTenant tenant, KitchenServices services, CancellationToken cancellationToken)
    {
        if (!OrderIds.IsValid(orderId) || await services.FindAsync(tenant.Id, id, cancellationToken) is null)
            return NoSuchTicket();
        var order = services.Grains.GetGrain<IOrderGrain>(GrainKey.For(tenant.Id, orderId));
        return await order.StepTicket(new StepTicket(id, step, OrderEndpoints.ActorOf(caller))) switch
        {
            StepResult.Done done when TicketResponse.From(id, done.Order) is { } ticket => TypedResults.Ok(ticket),
            StepResult.Refused refused => Problems.Of(409, ProblemCodes.InvalidStep,
                $"The order is {Snake<OrderStatus>.Name(refused.Status)}, and its ticket cannot take this step now.", new() { ["orderStatus"] = Snake<OrderStatus>.Name(refused.Status) }),
            _ => NoSuchTicket(),
        };
    }

    private static async Task<IResult> Events(
        string? station, Caller caller, RequestTenant tenant, HttpContext http, [AsParameters] KitchenServices services, CancellationToken cancellationToken)
    {
        var stations = await services.StationsAsync(tenant.Id, cancellationToken);
        if (station is not null)
            stations = [.. stations.Where(s => s.Id == station)];
        if (stations.Length == 0)
            return NoSuchStation();
        if (services.Streams.TryOpen(caller, tenant.Id, http) is not { } stream)
            return EventStreams.TooMany(http);

        var connection = services.Live.WatchTenant(tenant.Id, stream);
        var wall = new KitchenWall([.. stations.Select(s => (s.Id, services.Station(tenant.Id, s.Id)))]);
        await services.Live.ReadyAsync(tenant.Id, cancellationToken);
        await wall.ReadAsync();
        return stream.Serve(services.Wall.FollowAsync(wall, connection, stream.Ended));
    }

    private static ProblemHttpResult NoSuchStation() => Problems.NotFound("There is no such station in this kitchen.");

    private static ProblemHttpResult NoSuchTicket() => Problems.NotFound("There is no such ticket at this station.");
}

internal readonly record struct KitchenServices(IGrainFactory Grains, IMenuBoard Board, LiveOrders Live, EventStreams Streams, KitchenEvents Wall)
{
    public IKitchenStationGrain Station(string tenant, string id) => Grains.GetGrain<IKitchenStationGrain>(GrainKey.For(tenant, id));

    public async ValueTask<MenuStation[]> StationsAsync(string tenant, CancellationToken cancellationToken)
        => [.. (await Board.GetAsync(tenant, cancellationToken)).Stations];

    public async ValueTask<MenuStation?> FindAsync(string tenant, string id, CancellationToken cancellationToken)
        => (await Board.GetAsync(tenant, cancellationToken)).Stations.FirstOrDefault(station => station.Id == id);
}
