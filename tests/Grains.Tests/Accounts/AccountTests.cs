using Cafeteria.Accounts;
using Cafeteria.Storage;

namespace Cafeteria.Tests.Accounts;

public sealed class AccountTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private static readonly DateTimeOffset TokensExpireAt = DateTimeOffset.UtcNow.AddMinutes(15);

    [Fact]
    public async Task Of_twenty_who_register_the_same_name_at_once_one_has_it()
    {
        var cafe = await fixture.OpenAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => cafe.Account("stu-1").Register(New($"stu{n}@iut.edu"))));

        var profile = Assert.Single(results.OfType<RegisterResult.Registered>()).Profile;
        Assert.Equal(profile, (await cafe.Account("stu-1").Find()).Profile);
        Assert.Equal(19, results.OfType<RegisterResult.NameTaken>().Count());
    }

    [Fact]
    public async Task Of_twenty_who_register_the_same_address_at_once_one_has_it()
    {
        var cafe = await fixture.OpenAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => cafe.Account($"stu-{n}").Register(New("one@iut.edu"))));

        var owner = Assert.Single(results.OfType<RegisterResult.Registered>()).Profile.Login;
        Assert.Equal(owner, (await cafe.Account("one@iut.edu").Find()).AliasOf);
    }

    [Fact]
    public async Task A_name_already_registered_is_taken_after_the_account_was_read_from_disk_too()
    {
        var cafe = await fixture.OpenAsync();
        await RegisteredAsync(cafe);

        await cafe.DeactivateAsync(cafe.Account("stu-1"));
        await cafe.DeactivateAsync(cafe.Account("stu-1@iut.edu"));

        Assert.IsType<RegisterResult.NameTaken>(await cafe.Account("stu-1").Register(New("other@iut.edu")));
        Assert.IsType<RegisterResult.NameTaken>(await cafe.Account("stu-2").Register(New("stu-1@iut.edu")));
        Assert.IsType<SignInAttempt.Elsewhere>(await cafe.Account("stu-1@iut.edu").BeginSignIn());
    }

    [Fact]
    public async Task A_registration_that_failed_half_way_does_not_keep_the_address_for_ever()
    {
        var cafe = await fixture.OpenAsync();
        cafe.Faults.Once("write", cafe.Key("stu-1"), Faults.Unavailable);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.Account("stu-1").Register(New("stu-1@iut.edu")));

        Assert.Null((await cafe.Account("stu-1").Find()).Profile);
        Assert.IsType<RegisterResult.NameTaken>(await cafe.Account("stu-2").Register(New("stu-1@iut.edu")));
        cafe.Silo.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<RegisterResult.Registered>(await cafe.Account("stu-2").Register(New("stu-1@iut.edu")));
        Assert.IsType<RegisterResult.NameTaken>(await cafe.Account("stu-1").Register(New("stu-1@iut.edu")));
    }

    [Fact]
    public async Task A_registration_whose_answer_was_lost_stands()
    {
        var cafe = await fixture.OpenAsync();
        cafe.Faults.Once("written", cafe.Key("stu-1"), Faults.Unavailable);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.Account("stu-1").Register(New("stu-1@iut.edu")));

        Assert.NotNull((await cafe.Account("stu-1").Find()).Profile);
        Assert.IsType<RegisterResult.NameTaken>(await cafe.Account("stu-1").Register(New("stu-1@iut.edu")));
    }

    [Fact]
    public async Task Nobody_sees_an_account_that_is_not_written_yet()
    {
        var cafe = await fixture.OpenAsync();
        var gate = cafe.Faults.Hold("write", cafe.Key("stu-1"));
        var registering = cafe.Account("stu-1").Register(New(null));
        await gate.WhenReached();

        Assert.Null((await cafe.Account("stu-1").Find().WithinAsync("a read beside the write")).Profile);
        gate.Open();

        await registering;
        Assert.NotNull((await cafe.Account("stu-1").Find()).Profile);
    }

    [Fact]
    public async Task The_fourth_sign_in_within_a_minute_waits_and_that_of_another_does_not()
    {
        var cafe = await fixture.OpenAsync();
        await RegisteredAsync(cafe);
        for (var attempt = 0; attempt < 3; attempt++)
            Assert.Equal("hash", Assert.IsType<SignInAttempt.Check>(await cafe.Account("stu-1").BeginSignIn()).PasswordHash);

        Assert.Equal(TimeSpan.FromMinutes(1), Assert.IsType<SignInAttempt.TooMany>(await cafe.Account("stu-1").BeginSignIn()).RetryAfter);
        Assert.IsType<SignInAttempt.Unknown>(await cafe.Account("stu-2").BeginSignIn());
        cafe.Silo.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<SignInAttempt.Check>(await cafe.Account("stu-1").BeginSignIn());
    }

    [Fact]
    public async Task Unknown_names_are_counted_in_memory_and_write_nothing()
    {
        var cafe = await fixture.OpenAsync();
        for (var attempt = 0; attempt < 3; attempt++)
            Assert.IsType<SignInAttempt.Unknown>(await cafe.Account("nobody").BeginSignIn());

        Assert.IsType<SignInAttempt.TooMany>(await cafe.Account("nobody").BeginSignIn());
        Assert.Equal(0, await cafe.Silo.CountAsync($"select count(*) from grain_state where grain_id like '%{cafe.Tenant}/nobody'"));
    }

    [Fact]
    public async Task Refreshed_from_two_places_at_once_the_session_ends()
    {
        var cafe = await fixture.OpenAsync();
        var session = await SignedInAsync(cafe, "t1");

        var results = await Task.WhenAll(
            cafe.Account("stu-1").Refresh(session, "t1", "t2", TokensExpireAt), cafe.Account("stu-1").Refresh(session, "t1", "t3", TokensExpireAt));

        Assert.Single(results.OfType<RefreshResult.Refreshed>());
        Assert.Single(results.OfType<RefreshResult.Reused>());
        Assert.IsType<RefreshResult.Refused>(await cafe.Account("stu-1").Refresh(session, "t2", "t4", TokensExpireAt));
        Assert.IsType<RefreshResult.Refused>(await cafe.Account("stu-1").Refresh(session, "t3", "t4", TokensExpireAt));
    }

    [Fact]
    public async Task A_session_and_its_current_token_survive_the_activation()
    {
        var cafe = await fixture.OpenAsync();
        var session = await SignedInAsync(cafe, "t1");
        await cafe.Account("stu-1").Refresh(session, "t1", "t2", TokensExpireAt);

        await cafe.DeactivateAsync(cafe.Account("stu-1"));

        Assert.IsType<RefreshResult.Refreshed>(await cafe.Account("stu-1").Refresh(session, "t2", "t3", TokensExpireAt));
    }

    [Fact]
    public async Task A_refresh_whose_write_failed_has_not_happened()
    {
        var cafe = await fixture.OpenAsync();
        var session = await SignedInAsync(cafe, "t1");
        cafe.Faults.Once("write", cafe.Key("stu-1"), Faults.Unavailable);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.Account("stu-1").Refresh(session, "t1", "t2", TokensExpireAt));

        Assert.IsType<RefreshResult.Refreshed>(await cafe.Account("stu-1").Refresh(session, "t1", "t2", TokensExpireAt));
    }

    [Fact]
    public async Task A_session_ended_twice_or_refreshed_after_its_end_stays_ended()
    {
        var cafe = await fixture.OpenAsync();
        var session = await SignedInAsync(cafe, "t1");

        await cafe.Account("stu-1").EndSession(session);
        await cafe.Account("stu-1").EndSession(session);
        await cafe.Account("nobody").EndSession(session);

        Assert.IsType<RefreshResult.Refused>(await cafe.Account("stu-1").Refresh(session, "t1", "t2", TokensExpireAt));
    }

    [Fact]
    public async Task A_sign_in_checked_against_a_password_that_was_changed_meanwhile_opens_nothing()
    {
        var cafe = await fixture.OpenAsync();
        await RegisteredAsync(cafe);
        Assert.NotNull(await cafe.Account("stu-1").OpenSession(new OpenSession("hash", "t1", "stronger hash", TokensExpireAt)));

        Assert.Null(await cafe.Account("stu-1").OpenSession(new OpenSession("hash", "t2", null, TokensExpireAt)));
        Assert.Null(await cafe.Account("nobody").OpenSession(new OpenSession("", "t2", null, TokensExpireAt)));
    }

    [Fact]
    public async Task An_address_claimed_twice_by_the_same_account_is_its_own()
    {
        var cafe = await fixture.OpenAsync();
        await RegisteredAsync(cafe);

        Assert.True(await cafe.Account("stu-1@iut.edu").ClaimAlias("stu-1"));
        Assert.False(await cafe.Account("stu-1@iut.edu").ClaimAlias("stu-2"));
        Assert.False(await cafe.Account("stu-1").ClaimAlias("stu-2"));
    }

    private static NewAccount New(string? email) => new("STU-1", email, "Student One", Role.Student, "hash");

    private static async Task RegisteredAsync(Cafe cafe) =>
        Assert.IsType<RegisterResult.Registered>(await cafe.Account("stu-1").Register(New("stu-1@iut.edu")));

    private static async Task<string> SignedInAsync(Cafe cafe, string token)
    {
        await RegisteredAsync(cafe);
        return (await cafe.Account("stu-1").OpenSession(new OpenSession("hash", token, null, TokensExpireAt)))!.SessionId;
    }
}
