using System.Globalization;
using Cafeteria.Persistence;

namespace Cafeteria.Silo.Commands;

/// <summary>A table in words: a part, how it is, and why.</summary>
internal static class Report
{
    public static bool Line(string part, bool good, string words)
    {
        Console.WriteLine($"{part,-10}  {(good ? "ok   " : "WRONG")}  {words}");
        return good;
    }

    /// <returns>Whether the books balance.</returns>
    public static bool Print(BooksReport books)
    {
        Finding("stock", books.Stock, string.Create(CultureInfo.InvariantCulture, $"{books.Stock.Examined} items: received = on hand + sold + written off, and the ledger says the same"));
        Finding("orders", books.Orders, string.Create(CultureInfo.InvariantCulture, $"{books.Orders.Examined} orders: each line has its ledger row, each ledger row its order"));
        return books.Balanced;
    }

    private static void Finding(string part, BooksFinding finding, string good)
    {
        if (finding.Wrong.Count == 0)
            Line(part, true, good);
        foreach (var wrong in finding.Wrong)
            Line(part, false, wrong);
    }
}
