using Npgsql;
using NpgsqlTypes;

namespace Cafeteria.Persistence;

/// <summary>A batch travels as one array per column.</summary>
internal static class Columns
{
    public static NpgsqlParameter<T[]> Of<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> column) =>
        new() { TypedValue = Array(rows, column) };

    public static NpgsqlParameter<string?[]> Text<TRow>(IReadOnlyList<TRow> rows, Func<TRow, string?> column) =>
        new() { TypedValue = Array(rows, column), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    /// <summary>Text in UTF-8 as it is: no string in between.</summary>
    public static NpgsqlParameter<byte[]?[]> Utf8<TRow>(IReadOnlyList<TRow> rows, Func<TRow, byte[]?> column) =>
        new() { TypedValue = Array(rows, column), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    /// <summary>The same for <c>jsonb</c>.</summary>
    public static NpgsqlParameter<byte[]?[]> Json<TRow>(IReadOnlyList<TRow> rows, Func<TRow, byte[]?> column) =>
        new() { TypedValue = Array(rows, column), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };

    public static NpgsqlParameter<DateTime[]> Time<TRow>(IReadOnlyList<TRow> rows, Func<TRow, DateTimeOffset> column) =>
        new() { TypedValue = Array(rows, r => column(r).UtcDateTime), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };

    public static NpgsqlParameter<DateTime?[]> Time<TRow>(IReadOnlyList<TRow> rows, Func<TRow, DateTimeOffset?> column) =>
        new() { TypedValue = Array(rows, r => column(r)?.UtcDateTime), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };

    private static T[] Array<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> column)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = column(rows[i]);
        return values;
    }
}
