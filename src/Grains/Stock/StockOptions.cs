namespace Cafeteria.Stock;

/// <summary>Configuration section <c>Stock</c>.</summary>
public sealed class StockOptions
{
    public const string Section = "Stock";

    /// <summary>How long a hold stands before its order is asked what became of it.</summary>
    public TimeSpan HoldLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often expired holds are looked for, and asked about again.</summary>
    public TimeSpan LeaseCheck { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The menu hears of a change at most this often.</summary>
    public TimeSpan ReportEvery { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Rows are counted into the item's head after this many sales, at most once a second: who adds the books up (/metrics, every
    /// scrape) counts what is not yet. With 5,000, items that sell some thousands in an evening were never counted, and after ten
    /// minutes of a soak each scrape went through a million rows.
    /// </summary>
    public int FoldAfterSales { get; set; } = 250;
}
