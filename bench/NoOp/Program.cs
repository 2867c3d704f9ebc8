using Cafeteria.Bench.Plain;

// What an authenticated POST costs by itself: token checked, body parsed, nothing done.
await PlainServer.Create(args)
    .Build(app => app.MapPost("/api/v1/orders", (OrderRequest order) => order.Lines is { Length: > 0 } ? Results.Accepted() : Results.BadRequest())
        .RequireAuthorization())
    .RunAsync();
