namespace Cafeteria.Storage;

/// <summary>Secrets that every process of an installation shares, made once and kept in the database.</summary>
public interface ISecrets
{
    /// <summary>The secret of that name, 32 random bytes, made on first use; the same for every process ever after.</summary>
    Task<byte[]> GetAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>
    /// Of a secret that is replaced from time to time: those there are now, oldest first; the first is made on first use.
    /// Read anew at every call.
    /// </summary>
    Task<IReadOnlyList<SecretVersion>> VersionsAsync(string name, CancellationToken cancellationToken = default);
}

/// <param name="Number">From 1; a newer one has a higher number.</param>
/// <param name="Age">Since it was made, by the database's clock.</param>
public sealed record SecretVersion(int Number, byte[] Value, TimeSpan Age);
