using Npgsql;
using NpgsqlTypes;

namespace Cafeteria.Persistence;

/// <summary>
/// The part of a statement that requires the leader's epoch: <c>select 1 from leader where epoch = $n for key share</c>.
/// The lock makes whoever raises the epoch wait for this statement, and this statement see the raised one.
/// </summary>
internal static class Fence
{
    /// <summary>The same statement with the same parameters for a process that needs no leadership.</summary>
    public static string Remove(string sql, string parameter)
    {
        var fence = $"select 1 from leader where epoch = {parameter} for key share";
        return sql.Contains(fence, StringComparison.Ordinal)
            ? sql.Replace(fence, $"select 1 where {parameter}::bigint is null", StringComparison.Ordinal)
            : throw new ArgumentException("The statement has no fence.", nameof(sql));
    }

    public static NpgsqlParameter Parameter(long? epoch) =>
        new() { Value = epoch is { } value ? value : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint };
}
