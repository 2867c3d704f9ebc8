using System.Text.Json;
using Cafeteria.Orders;

namespace Cafeteria.Tests.Orders;

public sealed class OrderStatusTests
{
    [Fact]
    public void An_order_has_ended_when_it_is_completed_rejected_cancelled_failed_or_never_was() =>
        Assert.Equal(
            [OrderStatus.Completed, OrderStatus.Rejected, OrderStatus.Cancelled, OrderStatus.Failed, OrderStatus.Abandoned],
            Enum.GetValues<OrderStatus>().Where(status => status.IsFinal()));

    [Fact]
    public void A_status_is_stored_and_sent_by_its_name_in_snake_case()
    {
        Assert.Equal(
            "[\"pending\",\"stock_verified\",\"awaiting_payment\",\"in_kitchen\",\"ready\",\"out_for_delivery\",\"completed\",\"rejected\",\"cancelled\",\"failed\",\"abandoned\"]",
            JsonSerializer.Serialize(Enum.GetValues<OrderStatus>()));
        Assert.Equal(OrderStatus.InKitchen, JsonSerializer.Deserialize<OrderStatus>("\"in_kitchen\""));
    }

    [Theory]
    [InlineData("3")]
    [InlineData("\"boiling\"")]
    public void A_number_or_an_unknown_name_is_no_status(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<OrderStatus>(json));
}
