using System.Security.Cryptography;
using System.Text.Json;

namespace Cafeteria.Orders;

internal static class Fingerprint
{
    /// <summary>
    /// What makes two commands the same order: the lines in any sequence, fulfilment and payment. Prices are left out, for
    /// a retry must be recognised after a price changed.
    /// </summary>
    public static string Of(PlaceOrder command)
    {
        // A JSON array, so that no note can be shaped to look like the next line.
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteNumberValue((int)command.Fulfilment);
            json.WriteNumberValue((int)command.Payment);
            foreach (var line in InOrder(command.Lines))
            {
                json.WriteStringValue(line.ItemId);
                json.WriteNumberValue(line.Quantity);
                json.WriteStringValue(line.Note ?? "");
            }

            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    private static ImmutableArray<RequestedLine> InOrder(ImmutableArray<RequestedLine> lines) => lines.Length == 1
        ? lines
        : lines.Sort(static (x, y) => string.CompareOrdinal(x.ItemId, y.ItemId));
}
