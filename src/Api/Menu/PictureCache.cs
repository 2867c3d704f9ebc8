using System.Collections.Concurrent;

namespace Cafeteria.Menu;

/// <summary>The pictures that were asked for last, 16 MB of them at most: on a new day every phone asks for the same ones.</summary>
internal sealed class PictureCache(IMenuPictures pictures)
{
    private const int MaxPictures = 64;

    private readonly ConcurrentDictionary<(string Tenant, string Id, string Hash), MenuPicture> _known = new();

    public async ValueTask<MenuPicture?> FindAsync(string tenant, string id, string hash, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue((tenant, id, hash), out var known))
            return known;
        if (await pictures.FindAsync(tenant, id, hash, cancellationToken) is not { } found)
            return null;
        while (_known.Count >= MaxPictures && _known.Keys.FirstOrDefault() is { Hash: not null } any)
            _known.TryRemove(any, out _);
        return _known[(tenant, id, hash)] = found;
    }
}
