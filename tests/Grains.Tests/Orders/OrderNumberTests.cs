using Cafeteria.Orders;

namespace Cafeteria.Tests.Orders;

public sealed class OrderNumberTests
{
    [Theory]
    [InlineData(1, "A-001")]
    [InlineData(47, "A-047")]
    [InlineData(999, "A-999")]
    [InlineData(1_000, "B-001")]
    [InlineData(26 * 999, "Z-999")]
    [InlineData(26 * 999 + 1, "AA-001")]
    [InlineData(27 * 999 + 1, "AB-001")]
    [InlineData((26 + 26 * 26) * 999, "ZZ-999")]
    [InlineData((26 + 26 * 26) * 999 + 1, "AAA-001")]
    public void A_number_is_short_enough_to_call_out(int n, string text) => Assert.Equal(text, OrderNumber.Format(n));

    [Fact]
    public void No_two_orders_of_a_day_are_called_the_same()
    {
        var numbers = Enumerable.Range(1, 200_000).Select(OrderNumber.Format).ToHashSet();

        Assert.Equal(200_000, numbers.Count);
    }
}
