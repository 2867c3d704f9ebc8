using System.Collections.Immutable;

namespace Cafeteria.Accounts;

/// <summary>Questions about many accounts. Every method throws <see cref="Storage.StorageUnavailableException"/>.</summary>
public interface IAccountRows
{
    /// <summary>The logins of everyone who works for the tenant, in order.</summary>
    Task<ImmutableArray<string>> StaffLoginsAsync(string tenant, CancellationToken cancellationToken);
}
