using System.Security.Cryptography;
using Cafeteria.Storage;
using Microsoft.Extensions.Options;

namespace Cafeteria.Accounts;

internal sealed class AccountGrain(
    [PersistentState(AccountState.Name, StorageNames.Grains)] IPersistentState<AccountState> state,
    IRevokedSessions revoked,
    IOptions<AccountOptions> options,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock) : Grain, IAccountGrain
{
    /// <summary>Longer than a claim and the write after it can take, time-outs included.</summary>
    private static readonly TimeSpan Registering = TimeSpan.FromMinutes(1);

    /// <summary>Names that nobody has cost a read a second at most, however often they are tried.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private GrainKey _key;
    private DateTimeOffset _readAt;
    private AttemptWindow _attempts = AttemptWindow.Empty;
    private AccountLookup _committed = null!;
    private bool _disabled;
    private int _sessions;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = GrainKey.Parse(this.GetPrimaryKeyString());
        _readAt = clock.GetUtcNow();
        Commit(state.State);
        return Task.CompletedTask;
    }

    public Task<AccountLookup> Find() => Task.FromResult(_committed);

    public async Task<SignInAttempt> BeginSignIn()
    {
        // An account can be made beside us (create-admin): who has found none looks again.
        if (!state.RecordExists && clock.GetUtcNow() - _readAt > LookAgain)
            await ReadAsync();
        if (state.State.AliasOf is { } login)
            return new SignInAttempt.Elsewhere(login);

        (_attempts, var retryAfter) = _attempts.Add(options.Value, clock.GetUtcNow());
        return retryAfter is { } wait ? new SignInAttempt.TooMany(wait)
            : state.State is { Profile: { } profile, Disabled: false } ? new SignInAttempt.Check(state.State.PasswordHash, profile)
            : new SignInAttempt.Unknown();
    }

    public async Task<SessionTokens?> OpenSession(OpenSession command)
    {
        var account = state.State;
        if (account.Profile is null || account.Disabled || account.PasswordHash != command.CheckedHash)
            return null;
        var now = clock.GetUtcNow();
        var session = new Session(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), command.TokenHash, now + options.Value.RefreshLifetime);
        var (next, ended) = AccountRules.Open(account, session, command.RehashedPassword, options.Value, now);
        await RevokeAsync(ended, command.TokensExpireAt);
        await WriteAsync(next);
        return new SessionTokens(session.Id, account.Profile, session.ExpiresAt);
    }

    public async Task<RefreshResult> Refresh(string sessionId, string tokenHash, string nextTokenHash, DateTimeOffset tokensExpireAt)
    {
        var (next, result) = AccountRules.Refresh(state.State, sessionId, tokenHash, nextTokenHash, options.Value, clock.GetUtcNow());
        if (result is RefreshResult.Reused)
            await revoked.RevokeAsync(sessionId, tokensExpireAt);
        if (next is not null)
            await WriteAsync(next);
        return result;
    }

    public async Task EndSession(string sessionId)
    {
        if (AccountRules.End(state.State, sessionId) is { } next)
            await WriteAsync(next);
    }

    public async Task EndSessions(DateTimeOffset tokensExpireAt)
    {
        if (state.State.Sessions.IsEmpty)
            return;
        await RevokeAsync(state.State.Sessions, tokensExpireAt);
        await WriteAsync(state.State with { Sessions = [] });
    }

    public Task<StaffMember?> Describe() => Task.FromResult(_committed.Profile is { } profile
        ? new StaffMember(profile, _disabled, _sessions, _attempts.LockedUntil(options.Value, clock.GetUtcNow()))
        : null);

    public async Task<StaffMember?> Change(ChangeStaff command)
    {
        if (state.State.Profile is null)
            return null;
        var (next, ends) = AccountRules.Change(state.State, command);
        if (ends)
            await RevokeAsync(state.State.Sessions, command.TokensExpireAt);
        await WriteAsync(next);
        return await Describe();
    }

    public async Task SetPassword(string passwordHash, DateTimeOffset tokensExpireAt)
    {
        if (state.State.Profile is null)
            return;
        await RevokeAsync(state.State.Sessions, tokensExpireAt);
        await WriteAsync(state.State with { PasswordHash = passwordHash, Sessions = [] });
        _attempts = AttemptWindow.Empty;
    }

    public async Task<bool> ChangePassword(ChangePassword command)
    {
        if (state.State.Profile is null || state.State.PasswordHash != command.CheckedHash)
            return false;
        var (kept, ended) = (state.State.Sessions.RemoveAll(session => session.Id != command.KeptSession), state.State.Sessions.RemoveAll(session => session.Id == command.KeptSession));
        await RevokeAsync(ended, command.TokensExpireAt);
        await WriteAsync(state.State with { PasswordHash = command.PasswordHash, Sessions = kept });
        _attempts = AttemptWindow.Empty;
        return true;
    }

    public Task Unlock()
    {
        _attempts = AttemptWindow.Empty;
        return Task.CompletedTask;
    }

    public async Task<RegisterResult> Register(NewAccount account)
    {
        if (state.State.Profile is not null || state.State.AliasOf is not null)
            return new RegisterResult.NameTaken();
        if (account.Email is { } email && !await GrainFactory.GetGrain<IAccountGrain>(GrainKey.For(_key.Tenant, email)).ClaimAlias(_key.Id))
            return new RegisterResult.NameTaken();
        var profile = new AccountProfile(_key.Tenant, _key.Id, account.StudentId, account.Email, account.FullName, account.Role);
        await WriteAsync(new AccountState { Profile = profile, PasswordHash = account.PasswordHash });
        return new RegisterResult.Registered(profile);
    }

    public async Task<bool> ClaimAlias(string login)
    {
        if (state.State.Profile is not null)
            return false;
        if (state.State.AliasOf == login)
            return true;
        if (state.State.AliasOf is { } other)
        {
            // A registration under way has no account yet; one that died between its two writes never will.
            if (clock.GetUtcNow() < state.State.ClaimedAt + Registering)
                return false;
            var owner = await GrainFactory.GetGrain<IAccountGrain>(GrainKey.For(_key.Tenant, other)).Find();
            if (owner.Profile?.Email == _key.Id)
                return false;
        }

        await WriteAsync(new AccountState { AliasOf = login, ClaimedAt = clock.GetUtcNow() });
        return true;
    }

    private async Task RevokeAsync(ImmutableArray<Session> sessions, DateTimeOffset tokensExpireAt)
    {
        foreach (var session in sessions)
            await revoked.RevokeAsync(session.Id, tokensExpireAt);
    }

    private async Task ReadAsync()
    {
        _readAt = clock.GetUtcNow();
        await state.ReadStateAsync();
        Commit(state.State);
    }

    private async Task WriteAsync(AccountState next)
    {
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle(); // memory is ahead of the row, or not: the next activation reads it
            throw;
        }

        Commit(next);
    }

    private void Commit(AccountState account)
    {
        _committed = new AccountLookup(account.Profile, account.AliasOf);
        (_disabled, _sessions) = (account.Disabled, account.Sessions.Count(session => session.ExpiresAt > clock.GetUtcNow()));
    }
}
