using System.Collections.Concurrent;

namespace Cafeteria.Accounts;

/// <summary>
/// Callers by the tokens they showed before: a phone sends the same one for a quarter of an hour, and checking its signature
/// and claims anew was a twelfth of what an order costs. Whether the session still stands is asked each time. Two
/// generations, so that what is remembered is bounded and what is used stays.
/// </summary>
internal sealed class VerifiedTokens
{
    private const int MostInGeneration = 10_000;

    private readonly AccessTokens _tokens;
    private readonly IRevokedSessions _revoked;
    private readonly TimeProvider _clock;
    private Generation _young = new();
    private Generation _old = new();

    public VerifiedTokens(AccessTokens tokens, TokenKeys keys, IRevokedSessions revoked, [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock)
    {
        (_tokens, _revoked, _clock) = (tokens, revoked, clock);
        keys.Changed += Forget;
    }

    /// <summary>Who shows this token, or null when it is not to be believed.</summary>
    public ValueTask<CallerPrincipal?> FindAsync(ReadOnlySpan<char> token, CancellationToken cancellationToken)
    {
        var young = _young;
        if (!young.ByToken.TryGetValue(token, out var principal))
        {
            if (!_old.ByToken.TryGetValue(token, out principal))
                return CheckAsync(token.ToString(), cancellationToken);
            Remember(young, token.ToString(), principal);
        }

        var caller = principal.Caller;
        return new(_clock.GetUtcNow() < caller.ExpiresAt && !_revoked.IsRevoked(caller.SessionId) ? principal : null);
    }

    private async ValueTask<CallerPrincipal?> CheckAsync(string token, CancellationToken cancellationToken)
    {
        // Taken before: what was believed by keys that change meanwhile is remembered where nobody looks any more.
        var young = _young;
        if (await _tokens.CheckAsync(token, cancellationToken) is not { } caller)
            return null;
        var principal = new CallerPrincipal(caller);
        Remember(young, token, principal);
        return principal;
    }

    /// <summary>A key is not believed any more: what was verified by it must be verified again.</summary>
    private void Forget() => (_young, _old) = (new Generation(), new Generation());

    private void Remember(Generation young, string token, CallerPrincipal principal)
    {
        if (young.Add(token, principal) && young == Interlocked.CompareExchange(ref _young, new Generation(), young))
            _old = young;
    }

    private sealed class Generation
    {
        private readonly ConcurrentDictionary<string, CallerPrincipal> _all = new(StringComparer.Ordinal);
        private int _count;

        public Generation() => ByToken = _all.GetAlternateLookup<ReadOnlySpan<char>>();

        public ConcurrentDictionary<string, CallerPrincipal>.AlternateLookup<ReadOnlySpan<char>> ByToken { get; }

        /// <returns>Whether that was the last that it takes.</returns>
        public bool Add(string token, CallerPrincipal principal) => _all.TryAdd(token, principal) && Interlocked.Increment(ref _count) >= MostInGeneration;
    }
}
