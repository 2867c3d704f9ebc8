using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>Collects the answers of a batch statement, told apart by the rows' new ETags; what is not named is a conflict.</summary>
internal sealed class Outcomes<TWrite>
    where TWrite : Write
{
    private readonly Dictionary<long, int> _byEtag;

    public Outcomes(IReadOnlyList<TWrite> batch)
    {
        All = new Outcome[batch.Count];
        _byEtag = new Dictionary<long, int>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
            _byEtag.Add(batch[i].Etag, i);
    }

    public Outcome[] All { get; }

    public void Written(long etag) => All[_byEtag[etag]] = Outcome.Written;

    public int Stale(long etag)
    {
        var index = _byEtag[etag];
        All[index] = Outcome.Stale;
        return index;
    }

    public void Fenced() => Array.Fill(All, Outcome.Fenced);
}

internal static class StoredRows
{
    /// <summary>Reads (ordinal from 1, etag, payload).</summary>
    public static async Task<StoredRow[]> ReadAsync(NpgsqlCommand command, int count, CancellationToken cancellationToken)
    {
        var rows = new StoredRow[count];
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                rows[reader.GetInt32(0) - 1] = new StoredRow(reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
        }

        return rows;
    }
}
