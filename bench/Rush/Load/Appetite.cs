using System.Globalization;
using System.Text.Json;

namespace Cafeteria.Bench.Rush;

internal enum Choice
{
    /// <summary>One to four dishes; one dish is in half of all orders.</summary>
    Skewed,

    /// <summary>One of the one dish.</summary>
    Hot,

    /// <summary>One of one of fifty dishes, or of as many as there are.</summary>
    Spread,

    /// <summary>One of a dish that there is none of.</summary>
    SoldOut,
}

internal readonly record struct Line(string ItemId, int Quantity);

/// <summary>What people order.</summary>
internal sealed class Appetite(Choice choice, int dishes = Appetite.Dishes)
{
    public const int Dishes = 50;
    public const int MostDishes = 1_000;
    public const string SoldOutDish = "rush-none";

    private static readonly string[] AllIds = [.. Enumerable.Range(1, MostDishes).Select(n => string.Create(CultureInfo.InvariantCulture, $"rush-{n:00}"))];

    public static readonly string[] ItemIds = Ids(Dishes);

    public static string[] Ids(int dishes) => AllIds[..dishes];

    public Line[] Order(Random random) => choice switch
    {
        Choice.Hot => [new Line(ItemIds[0], 1)],
        Choice.Spread => [new Line(AllIds[random.Next(dishes)], 1)],
        Choice.SoldOut => [new Line(SoldOutDish, 1)],
        _ => Skewed(random),
    };

    public static byte[] Body(Line[] lines) => JsonSerializer.SerializeToUtf8Bytes(
        new { lines = lines.Select(line => new { itemId = line.ItemId, quantity = line.Quantity }), fulfilment = "pickup", payment = "cash" });

    private static Line[] Skewed(Random random)
    {
        var lines = new List<Line>(4);
        if (random.Next(2) == 0)
            lines.Add(new Line(ItemIds[0], 1));
        var count = 1 + random.Next(4);
        while (lines.Count < count)
        {
            var item = ItemIds[1 + random.Next(Dishes - 1)];
            if (!lines.Exists(line => line.ItemId == item))
                lines.Add(new Line(item, 1 + random.Next(2)));
        }

        return [.. lines];
    }
}
