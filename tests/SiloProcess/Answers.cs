using System.Net;
using System.Text.Json;

namespace Cafeteria.Tests;

public sealed record Session(string Login, string AccessToken, string RefreshToken);

public sealed record Money(long Amount, string Currency);

public sealed record Line(string ItemId, int Quantity, string? Note = null);

public sealed record PlacedLine(string ItemId, string Name, int Quantity, Money UnitPrice, Money LineTotal);

public sealed record Step(string Status, DateTimeOffset At, string By, string? Reason);

/// <summary>As <c>POST /orders</c> and <c>GET /orders/{id}</c> answer it; the former without version and history.</summary>
public sealed record Order(
    string Id, string Number, string Status, IReadOnlyList<PlacedLine> Lines, Money Total, DateTimeOffset PlacedAt, DateTimeOffset? ReadyAt,
    int Version = 0, IReadOnlyList<Step>? History = null)
{
    public bool IsFinal => Status is "completed" or "rejected" or "cancelled" or "failed";
}

public sealed record Stock(string ItemId, int OnHand, int Held, int Sold, int Received, int WrittenOff)
{
    public bool Balances => OnHand >= 0 && Held >= 0 && Received == OnHand + Held + Sold + WrittenOff;
}

public sealed record Dish(string Id, string Name, string CategoryId, Money Price, int PrepSeconds, bool Available, StockHint Stock);

public sealed record StockHint(int OnHand, string Level);

public sealed record OrderPage(IReadOnlyList<Order> Items, string? NextCursor);

public sealed record OrderEvent(string OrderId, string Status, int Version);

/// <param name="Type">snapshot, status or ping.</param>
public sealed record ServerEvent(string Type, string? Id, string Data)
{
    public OrderEvent Order => JsonSerializer.Deserialize<OrderEvent>(Data, CafeteriaClient.Json)!;
}

/// <summary>What came back, whatever it was.</summary>
public sealed record Answer<T>(HttpStatusCode Status, string Body, bool Replayed, TimeSpan? RetryAfter, TimeSpan Took)
    where T : class
{
    public bool Succeeded => (int)Status is >= 200 and < 300;

    /// <summary>Of a success; anything else fails with what was answered.</summary>
    public T Value => Succeeded
        ? JsonSerializer.Deserialize<T>(Body, CafeteriaClient.Json)!
        : throw new InvalidOperationException($"Expected a {typeof(T).Name}, got {(int)Status}: {Body}");

    /// <summary>The problem's stable code; null of a success.</summary>
    public string? Code => Succeeded ? null : Problem.GetProperty("code").GetString();

    public JsonElement Problem => JsonDocument.Parse(Body).RootElement;
}
