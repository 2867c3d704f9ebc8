using System.Collections.Immutable;

namespace Cafeteria.Menu;

/// <summary>Pictures of dishes, one each. Every method throws <see cref="Storage.StorageUnavailableException"/>.</summary>
public interface IMenuPictures
{
    Task SaveAsync(string tenant, string itemId, MenuPicture picture, CancellationToken cancellationToken);

    /// <summary>The dish's picture if it has this hash; null when there is none or it is another by now.</summary>
    Task<MenuPicture?> FindAsync(string tenant, string itemId, string hash, CancellationToken cancellationToken);

    Task RemoveAsync(string tenant, string itemId, CancellationToken cancellationToken);
}

/// <param name="Hash">Of the content, in hexadecimal: part of the picture's address.</param>
/// <param name="MediaType"><c>image/png</c>, <c>image/jpeg</c> or <c>image/webp</c>.</param>
public sealed record MenuPicture(string Hash, string MediaType, ImmutableArray<byte> Body);
