using Cafeteria.Accounts;

namespace Cafeteria.Tests.Accounts;

public sealed class AccountRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly AccountOptions Options = new();
    private static readonly AccountState Account = new()
    {
        Profile = new AccountProfile("iut", "student1", "student1", null, "Student One", Role.Student),
        PasswordHash = "hash",
    };

    [Fact]
    public void A_refresh_token_is_good_once_and_hands_over_to_the_next()
    {
        var account = SignedIn("s1", "t1");

        var (next, result) = AccountRules.Refresh(account, "s1", "t1", "t2", Options, Now);

        var tokens = Assert.IsType<RefreshResult.Refreshed>(result).Tokens;
        Assert.Equal(("s1", Now + Options.RefreshLifetime), (tokens.SessionId, tokens.RefreshExpiresAt));
        Assert.Equal("t2", Assert.Single(next!.Sessions).TokenHash);
    }

    [Fact]
    public void A_refresh_token_used_twice_ends_the_session_for_everyone_who_holds_one()
    {
        var (account, _) = AccountRules.Refresh(SignedIn("s1", "t1"), "s1", "t1", "t2", Options, Now);

        var (ended, reused) = AccountRules.Refresh(account!, "s1", "t1", "t3", Options, Now);

        Assert.IsType<RefreshResult.Reused>(reused);
        Assert.Empty(ended!.Sessions);
        Assert.IsType<RefreshResult.Refused>(AccountRules.Refresh(ended, "s1", "t2", "t4", Options, Now).Result);
    }

    [Fact]
    public void Ending_one_session_leaves_the_others()
    {
        var (account, _) = AccountRules.Open(SignedIn("s1", "t1"), new Session("s2", "u1", Now.AddDays(7)), null, Options, Now);

        Assert.Equal("s2", Assert.Single(AccountRules.End(account, "s1")!.Sessions).Id);
        Assert.Null(AccountRules.End(account, "s9"));
    }

    [Fact]
    public void A_session_that_ran_out_is_refused_and_forgotten()
    {
        var (next, result) = AccountRules.Refresh(SignedIn("s1", "t1"), "s1", "t1", "t2", Options, Now.AddDays(7));

        Assert.IsType<RefreshResult.Refused>(result);
        Assert.Empty(next!.Sessions);
    }

    [Fact]
    public void On_too_many_devices_the_oldest_session_ends()
    {
        var (account, ended) = (Account, new List<string>());
        for (var device = 1; device <= Options.MaxSessions + 2; device++)
        {
            (account, var pushedOut) = AccountRules.Open(account, new Session($"s{device}", "t", Now.AddDays(7)), null, Options, Now);
            ended.AddRange(pushedOut.Select(session => session.Id));
        }

        Assert.Equal(["s1", "s2"], ended);
        Assert.Equal(Options.MaxSessions, account.Sessions.Length);
        Assert.Equal("s3", account.Sessions[0].Id);
    }

    [Fact]
    public void Signing_in_sweeps_sessions_that_ran_out_and_takes_a_better_hash()
    {
        var (account, ended) = AccountRules.Open(SignedIn("s1", "t1"), new Session("s2", "t", Now.AddDays(9)), "stronger", Options, Now.AddDays(8));

        Assert.Empty(ended);
        Assert.Equal("s2", Assert.Single(account.Sessions).Id);
        Assert.Equal("stronger", account.PasswordHash);
    }

    [Fact]
    public void Three_attempts_a_minute_and_the_fourth_is_told_how_long_to_wait()
    {
        var window = AttemptWindow.Empty;
        for (var attempt = 0; attempt < 3; attempt++)
        {
            (window, var wait) = window.Add(Options, Now.AddSeconds(attempt * 10));
            Assert.Null(wait);
        }

        (window, var retryAfter) = window.Add(Options, Now.AddSeconds(30));
        Assert.Equal(TimeSpan.FromSeconds(30), retryAfter);
        Assert.Null(window.Add(Options, Now.AddSeconds(60)).RetryAfter);
    }

    [Fact]
    public void An_attempt_that_was_refused_does_not_lengthen_the_wait()
    {
        var window = AttemptWindow.Empty;
        for (var attempt = 0; attempt < 3; attempt++)
            (window, _) = window.Add(Options, Now);
        for (var second = 1; second < 60; second++)
            (window, _) = window.Add(Options, Now.AddSeconds(second));

        Assert.Null(window.Add(Options, Now.AddSeconds(60)).RetryAfter);
        Assert.True(window.Attempts.Count() <= 3, "refused attempts are not kept");
    }

    [Fact]
    public void Roles_are_a_ladder_with_waiter_and_kitchen_beside_each_other()
    {
        var allowed =
            from held in Enum.GetValues<Role>()
            from needed in Enum.GetValues<Role>()
            where held.Includes(needed)
            select $"{held}>{needed}";

        Assert.Equal(
            [
                "Student>Student",
                "Waiter>Student", "Waiter>Waiter",
                "Kitchen>Student", "Kitchen>Kitchen",
                "Manager>Student", "Manager>Waiter", "Manager>Kitchen", "Manager>Manager",
                "Admin>Student", "Admin>Waiter", "Admin>Kitchen", "Admin>Manager", "Admin>Admin",
                "SuperAdmin>Student", "SuperAdmin>Waiter", "SuperAdmin>Kitchen", "SuperAdmin>Manager", "SuperAdmin>Admin", "SuperAdmin>SuperAdmin",
            ],
            allowed);
        Assert.Equal([Role.Student], Enum.GetValues<Role>().Where(role => !role.IsStaff()));
        Assert.False(((Role)99).Includes(Role.Student));
    }

    private static AccountState SignedIn(string session, string token) =>
        AccountRules.Open(Account, new Session(session, token, Now.AddDays(7)), null, Options, Now).Next;
}
