using Cafeteria.Operations;
using Cafeteria.Stock;

namespace Cafeteria.Tests.Operations;

/// <summary>The books' difference: what is on its way is none, everything else is one.</summary>
public sealed class TenantFiguresTests
{
    [Theory]
    [InlineData(30, 70, 0, 30, 0)] // sold, and memory knows
    [InlineData(30, 70, 5, 25, 0)] // five held: written already
    [InlineData(25, 70, 5, 25, 0)] // five held: not written yet
    [InlineData(27, 70, 5, 25, 0)] // some of them written
    [InlineData(31, 70, 0, 30, -1)] // one sold that memory does not know of
    [InlineData(29, 70, 0, 30, 1)] // one that memory sold and no row did
    [InlineData(31, 70, 5, 25, -1)] // more than the holds explain
    public void What_holds_explain_is_no_difference(int soldByRows, int onHand, int held, int sold, int difference)
    {
        var level = new StockLevel("cola", onHand, held, sold, 100, 0, 10);
        Assert.Equal(difference, TenantFigures.Difference(Rows(soldByRows), level, level));
    }

    [Fact]
    public void What_moved_while_both_sides_were_asked_is_no_difference()
    {
        var before = new StockLevel("cola", 70, 0, 30, 100, 0, 10);
        var after = new StockLevel("cola", 66, 2, 32, 100, 0, 10);
        foreach (var sold in (int[])[30, 31, 32, 33, 34])
            Assert.Equal(0, TenantFigures.Difference(Rows(sold), before, after));
        Assert.Equal(-1, TenantFigures.Difference(Rows(35), before, after));
        Assert.Equal(1, TenantFigures.Difference(Rows(29), before, after));
    }

    private static StockLevel Rows(int sold) => new("cola", 100 - sold, 0, sold, 100, 0, 10);
}
