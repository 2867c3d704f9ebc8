using Cafeteria.Accounts;

namespace Cafeteria.Tests.Models;

/// <summary>Names, the addresses that stand for them, and their sessions, numbered as they are opened.</summary>
internal sealed class AccountModel(AccountModel.Bug bug = AccountModel.Bug.None)
{
    private const int MaxSessions = 10;
    private const int MaxAttempts = 3;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private readonly Dictionary<string, string> _emails = [];
    private readonly Dictionary<string, (string Owner, DateTimeOffset At)> _claims = [];
    private readonly Dictionary<string, List<DateTimeOffset>> _attempts = [];
    private readonly List<Session> _sessions = [];

    /// <summary>Put into the model on purpose.</summary>
    public enum Bug
    {
        None,
        UsedTokenOnlyFails,
        AddressIsKeptForEver,
        SigningOutDoesNothing,
    }

    private sealed record Session(string Name, List<string> Tokens)
    {
        public DateTimeOffset ExpiresAt { get; set; }

        public bool Ended { get; set; }
    }

    /// <summary>Whether the last command had something to write.</summary>
    public bool WroteLast { get; private set; }

    public string? EmailOf(string name) => _emails.GetValueOrDefault(name);

    public string? OwnerOf(string address) => _claims.TryGetValue(address, out var claim) ? claim.Owner : null;

    public bool Register(string name, string address, Trouble trouble, DateTimeOffset now)
    {
        WroteLast = false;
        if (EmailOf(name) is not null || !Claim(address, name, now))
            return false;
        if (Writes(trouble))
            _emails[name] = address;
        return true;
    }

    public bool TrySignIn(string name, DateTimeOffset now)
    {
        WroteLast = false;
        var attempts = _attempts.TryGetValue(name, out var known) ? known : _attempts[name] = [];
        attempts.RemoveAll(at => at + Minute <= now);
        if (attempts.Count >= MaxAttempts)
            return false;
        attempts.Add(now);
        return true;
    }

    public void ForgetAttempts(string name)
    {
        WroteLast = false;
        _attempts.Remove(name);
    }

    /// <summary>Its number; null when nothing was opened.</summary>
    public int? OpenSession(string name, bool rightPassword, string token, Trouble trouble, DateTimeOffset now)
    {
        WroteLast = false;
        if (EmailOf(name) is null || !rightPassword || !Writes(trouble))
            return null;
        foreach (var expired in Of(name).Where(session => session.ExpiresAt <= now).ToArray())
            expired.Ended = true;
        while (Of(name).Count() >= MaxSessions)
            Of(name).First().Ended = true;
        _sessions.Add(new Session(name, [token]) { ExpiresAt = now + Lifetime });
        return _sessions.Count - 1;
    }

    /// <summary>One of the name's last sessions, ended ones too, and a token of it.</summary>
    public (int Session, string Token) TokenOf(string name, int back, bool old)
    {
        var mine = Enumerable.Range(0, _sessions.Count).Where(n => _sessions[n].Name == name).Reverse().Skip(back).ToArray();
        return mine.Length == 0 ? (-1, "none") : (mine[0], _sessions[mine[0]].Tokens[old ? 0 : ^1]);
    }

    public Type Refresh(string name, int session, string token, string next, Trouble trouble, DateTimeOffset now)
    {
        WroteLast = false;
        if (session < 0 || _sessions[session].Ended)
            return typeof(RefreshResult.Refused);
        var found = _sessions[session];
        if (found.ExpiresAt <= now)
        {
            found.Ended = Writes(trouble);
            return typeof(RefreshResult.Refused);
        }

        if (found.Tokens[^1] != token)
        {
            found.Ended = Writes(trouble) && bug is not Bug.UsedTokenOnlyFails;
            return typeof(RefreshResult.Reused);
        }

        if (Writes(trouble))
        {
            found.Tokens.Add(next);
            found.ExpiresAt = now + Lifetime;
        }

        return typeof(RefreshResult.Refreshed);
    }

    public void EndSession(string name, int session, Trouble trouble)
    {
        WroteLast = false;
        if (session >= 0 && !_sessions[session].Ended)
            _sessions[session].Ended = Writes(trouble) && bug is not Bug.SigningOutDoesNothing;
    }

    private IEnumerable<Session> Of(string name) => _sessions.Where(session => session.Name == name && !session.Ended);

    /// <summary>An address stands for whoever claimed it, unless that registration has come to nothing for a minute.</summary>
    private bool Claim(string address, string name, DateTimeOffset now)
    {
        if (_claims.TryGetValue(address, out var claim) && claim.Owner != name
            && (EmailOf(claim.Owner) == address || now < claim.At + Minute || bug is Bug.AddressIsKeptForEver))
            return false;
        if (OwnerOf(address) != name)
            _claims[address] = (name, now);
        return true;
    }

    private bool Writes(Trouble trouble)
    {
        WroteLast = true;
        return trouble is not Trouble.NotWritten;
    }
}
