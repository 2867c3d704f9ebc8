using Cafeteria.Menu;

namespace Cafeteria.Stock;

internal static class StockLevels
{
    public static StockLevelName Name(int onHand, int reorderLevel) =>
        onHand <= 0 ? StockLevelName.SoldOut
        : onHand <= reorderLevel ? StockLevelName.Low
        : StockLevelName.Plenty;
}
