namespace Cafeteria.Storage;

/// <summary>Secrets that every process of an installation shares, made once and kept in the database.</summary>
public interface ISecrets
{
    /// <summary>The secret of that name, 32 random bytes, made on first use; the same for every process ever after.</summary>
    Task<byte[]> GetAsync(string name, CancellationToken cancellationToken = default);
}
