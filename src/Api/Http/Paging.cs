using System.Buffers.Text;
using System.Text;

namespace Cafeteria.Http;

/// <summary>A page of a list; <c>nextCursor</c> is null on the last.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

internal static class Paging
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    public static bool TryLimit(int? asked, out int limit)
    {
        limit = asked ?? DefaultLimit;
        return limit is >= 1 and <= MaxLimit;
    }

    /// <summary>Opaque to clients, so that what it holds may change.</summary>
    public static string ToCursor(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static string? FromCursor(string cursor)
    {
        if (cursor.Length is 0 or > 400 || !Base64Url.IsValid(cursor))
            return null;
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Base64Url.DecodeFromChars(cursor));
            return text.Contains('\0', StringComparison.Ordinal) ? null : text;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return null;
        }
    }
}
