using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cafeteria.Kitchen;
using Cafeteria.Orders;
using Cafeteria.Stock;

namespace Cafeteria.Tests.Orders;

/// <summary>How an order is stored: by the generated writer, as the serializer would.</summary>
public sealed class StoredOrderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 17, 30, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions Serializer = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = GeneratedJson.Encoder,
        TypeInfoResolver = GrainsJsonContext.Default,
    };

    private static readonly OrderState Order = new()
    {
        Tenant = "main",
        OrderId = "o1",
        StudentName = "রহিম <b>",
        Lines = [new OrderLine("biryani", "বিরিয়ানি", 2, new Money(12000, "BDT"), "a \"hot\" one", "main", 300), new OrderLine("tea", "Tea", 1, new Money(1500, "BDT"), null, "bar", 60)],
        Total = new Money(25500, "BDT"),
        Status = OrderStatus.StockVerified,
        PlacedAt = Now,
        DueAt = Now.AddSeconds(5),
        Tickets = [new Ticket("main", TicketStatus.Queued, Now, Now, Now.AddMinutes(5), 300)],
        History = [new Transition(OrderStatus.Pending, Now, "s1", null), new Transition(OrderStatus.StockVerified, Now, "system", null)],
        Sold = [new LedgerEntry("a1", "biryani", LedgerKind.Sold, 2, 7)],
    };

    [Fact]
    public void What_the_generated_writer_writes_is_what_the_serializer_writes()
    {
        Assert.NotNull(GrainsJsonContext.Default.OrderState.SerializeHandler);
        var text = System.Text.Encoding.UTF8.GetString(GeneratedJson.Write(Order, GrainsJsonContext.Default.OrderState).Span);
        Assert.Equal(JsonSerializer.Serialize(Order, Serializer), text);
        Assert.Contains("বিরিয়ানি", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_after_something_long_is_not_longer_for_it()
    {
        var longer = Order with { StudentName = new string('x', 200_000) };
        Assert.True(GeneratedJson.Write(longer, GrainsJsonContext.Default.OrderState).Length > 200_000);
        var read = JsonSerializer.Deserialize(GeneratedJson.Write(Order, GrainsJsonContext.Default.OrderState).Span, GrainsJsonContext.Default.OrderState);
        Assert.Equal((Order.StudentName, 2, 2), (read?.StudentName, read?.Lines.Length, read?.History.Length));
    }
}
