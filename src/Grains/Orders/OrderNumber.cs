using System.Globalization;

namespace Cafeteria.Orders;

internal static class OrderNumber
{
    /// <summary>The day's nth number as it is called out: A-001 … A-999, B-001 …, after Z-999 AA-001 ….</summary>
    public static string Format(int n)
    {
        var letters = "";
        for (var block = (n - 1) / 999; ; block = block / 26 - 1)
        {
            letters = (char)('A' + block % 26) + letters;
            if (block < 26)
                break;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{letters}-{(n - 1) % 999 + 1:000}");
    }
}
