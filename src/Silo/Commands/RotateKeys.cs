using System.Globalization;
using Cafeteria.Accounts;
using Cafeteria.Persistence;

namespace Cafeteria.Silo.Commands;

/// <summary><c>rotate-keys</c>: another key for access tokens, without anybody noticing.</summary>
internal static class RotateKeys
{
    public static readonly Verb Verb = new(
        "rotate-keys", "[--list] [--leaked] [--data DIR]", "sign access tokens with a new key",
        """
        Makes a new key for access tokens. Serving processes learn of it by themselves; it signs 30 s
        later, and the key before it is believed until the last token it signed has run out (15 min).
        Nobody is signed out. Refused while such a change is under way.

          --list       only say which keys there are
          --leaked     the key is known to others: every other key ends at once, and tokens signed with
                       them are refused within 5 s; apps renew theirs by their refresh tokens
          --data DIR   where the private PostgreSQL keeps its files
        """,
        ["--data"], ["--list", "--leaked"], 0, RunAsync);

    private static async Task<int> RunAsync(VerbContext context)
    {
        await using var database = await context.OpenCurrentDatabaseAsync();
        var now = DateTimeOffset.UtcNow;
        var versions = await SigningKeys.ReadAsync(database);
        if (versions.Count == 0)
            throw new RefusedException("There is no key yet: the first process that serves makes it.");
        var ring = KeyRing.Of(versions, now);
        var useful = ring.Useful(now);
        if (context.Has("--list"))
        {
            foreach (var key in useful)
                Console.WriteLine(Describe(key, ring.Signing(now), now));
            return Verb.Ok;
        }

        var leaked = context.Has("--leaked");
        if (useful.Count > 1 && !leaked)
            throw new RefusedException(string.Create(CultureInfo.InvariantCulture, $"A change of keys is under way until {useful[0].AcceptedUntil:u}; run this again after it."));
        var useless = versions.Select(version => version.Number).Where(number => leaked || useful.All(key => key.Number != number));
        if (await SigningKeys.AddAsync(database, versions[^1].Number, useless) is not { } made)
            throw new RefusedException("Another made a key at this moment; rotate-keys --list shows it.");
        Console.WriteLine(leaked
            ? $"Key {made} is the only one: within 5 s tokens signed with any other are refused."
            : string.Create(CultureInfo.InvariantCulture, $"Key {made} signs from {now + KeyRing.Learning:u}; the tokens of key {versions[^1].Number} stay good until they run out."));
        return Verb.Ok;
    }

    private static string Describe(TokenKey key, TokenKey signing, DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture,
        $"key {key.Number}  {(key == signing ? "signs" : key.SignsFrom > now ? $"signs from {key.SignsFrom:u}" : $"believed until {key.AcceptedUntil:u}")}");
}
