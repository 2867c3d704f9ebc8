using Cafeteria.Bench.Plain;
using Cafeteria.Bench.RowLock;

// The plain good design: one transaction an order, the items' rows locked, everything in one round trip.
var builder = PlainServer.Create(args);
await using var shop = await Shop.OpenAsync(
    builder.Configuration["ConnectionStrings:Cafeteria"] ?? throw new InvalidOperationException("ConnectionStrings__Cafeteria must be set."));
builder.Services.AddSingleton(shop);
await builder.Build(app =>
    {
        app.MapPost("/api/v1/orders", OrderEndpoint.Place).RequireAuthorization();
        app.MapGet("/api/v1/orders/{id:guid}", OrderEndpoint.Get).RequireAuthorization();
        // The comparison looks for the best number of connections.
        app.MapPost("/connections/{count:int}", (int count, Shop opened) => opened.UseAsync(count));
    })
    .RunAsync();
