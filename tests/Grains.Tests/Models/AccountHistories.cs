using Cafeteria.Accounts;
using FsCheck;
using FsCheck.Fluent;

namespace Cafeteria.Tests.Models;

/// <summary>
/// Two names and two addresses: registered, signed in on many devices, refreshed with tokens old and new, signed out, on
/// writes that fail or are not told of, activations that begin anew, and a clock that goes on.
/// </summary>
public sealed class AccountHistories(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private enum Kind
    {
        Register,
        TrySignIn,
        OpenSession,
        OpenWithOldPassword,
        Refresh,
        RefreshWithOldToken,
        EndSession,
        BeginAnew,
        Wait,
        WaitLong,
    }

    private sealed record Command(Kind Kind, int Login, int Email, int Session, Trouble Trouble)
    {
        public string Name => $"stu-{Login}";

        public string Address => $"stu-{Email}@iut.edu";
    }

    private static readonly Gen<Kind> Kinds = Gen.Frequency(
        (2, Gen.Constant(Kind.Register)), (3, Gen.Constant(Kind.OpenSession)), (4, Gen.Constant(Kind.Refresh)), (6, Gen.Elements(Enum.GetValues<Kind>())));

    private static Gen<Command> Commands(Gen<Kind> kinds, Gen<Trouble> troubles) =>
        from kind in kinds
        from login in Gen.Frequency((4, Gen.Constant(1)), (1, Gen.Constant(2)))
        from email in Gen.Choose(1, 2)
        from session in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(1, 12)))
        from trouble in troubles
        select new Command(kind, login, email, session, trouble);

    [Fact]
    public void Whatever_happens_accounts_answer_as_their_model() => Histories.Hold(80, Commands(Kinds, Histories.SomeTrouble), history => RunAsync(history, new AccountModel()));

    [Fact]
    public void A_model_in_which_a_used_token_only_fails_is_found_out() => IsFoundOut(
        AccountModel.Bug.UsedTokenOnlyFails, Gen.Constant(Trouble.None), Kind.Register, Kind.OpenSession, Kind.Refresh, Kind.RefreshWithOldToken);

    [Fact]
    public void A_model_in_which_an_address_is_never_given_back_is_found_out() => IsFoundOut(
        AccountModel.Bug.AddressIsKeptForEver, Histories.Often(Trouble.NotWritten), Kind.Register, Kind.Wait);

    [Fact]
    public void A_model_in_which_signing_out_does_nothing_is_found_out() => IsFoundOut(
        AccountModel.Bug.SigningOutDoesNothing, Gen.Constant(Trouble.None), Kind.Register, Kind.OpenSession, Kind.EndSession, Kind.Refresh);

    private void IsFoundOut(AccountModel.Bug bug, Gen<Trouble> troubles, params Kind[] kinds) =>
        Histories.AreBrokenBy(500, Commands(Gen.Elements(kinds), troubles), history => RunAsync(history, new AccountModel(bug)), shortest: 8);

    private async Task RunAsync(Command[] history, AccountModel model)
    {
        var cafe = new Cafe(fixture.Silo, Histories.NextTenant());
        var ids = new Dictionary<int, string>(); // of the sessions, as the model numbers them
        for (var i = 0; i < history.Length; i++)
        {
            await StepAsync(cafe, model, ids, history[i], token: $"token {i}");
            foreach (var name in new[] { "stu-1", "stu-2" })
                Assert.Equal(model.EmailOf(name), (await cafe.Account(name).Find()).Profile?.Email);
            foreach (var address in new[] { "stu-1@iut.edu", "stu-2@iut.edu" })
                Assert.Equal(model.OwnerOf(address), (await cafe.Account(address).Find()).AliasOf);
        }
    }

    private static async Task StepAsync(Cafe cafe, AccountModel model, Dictionary<int, string> ids, Command command, string token)
    {
        var (account, key, name, now) = (cafe.Account(command.Name), cafe.Key(command.Name), command.Name, cafe.Silo.Clock.GetUtcNow());
        var told = command.Trouble is Trouble.None;
        switch (command.Kind)
        {
            case Kind.Register:
                RegisterResult? registered = null;
                await cafe.Faults.AnsweredAsync(
                    command.Trouble, key, async () => registered = await account.Register(new NewAccount(name, command.Address, name, Role.Student, "hash")));
                var expected = model.Register(name, command.Address, command.Trouble, now);
                if (registered is not null)
                    Assert.Equal(expected, registered is RegisterResult.Registered);
                else
                    Assert.True(expected && !told, "Only a registration that there was something to write for can go unanswered.");
                break;
            case Kind.TrySignIn:
                var begun = await account.BeginSignIn();
                Assert.Equal(model.TrySignIn(name, now), begun is SignInAttempt.Check or SignInAttempt.Unknown);
                Assert.Equal(model.EmailOf(name) is not null, begun is SignInAttempt.Check || (begun is SignInAttempt.TooMany && model.EmailOf(name) is not null));
                break;
            case Kind.OpenSession:
            case Kind.OpenWithOldPassword:
                var right = command.Kind is Kind.OpenSession;
                SessionTokens? opened = null;
                var answered = await cafe.Faults.AnsweredAsync(
                    command.Trouble, key, async () => opened = await account.OpenSession(new OpenSession(right ? "hash" : "old hash", token, null, now.AddMinutes(15))));
                var number = model.OpenSession(name, right, token, command.Trouble, now);
                Assert.Equal(number is not null && answered, opened is not null);
                if (number is { } session)
                    ids[session] = opened?.SessionId ?? "nobody was told of it";
                break;
            case Kind.Refresh:
            case Kind.RefreshWithOldToken:
                var (which, used) = model.TokenOf(name, command.Session, old: command.Kind is Kind.RefreshWithOldToken);
                RefreshResult? refreshed = null;
                await cafe.Faults.AnsweredAsync(
                    command.Trouble, key, async () => refreshed = await account.Refresh(ids.GetValueOrDefault(which, "none"), used, token, now.AddMinutes(15)));
                var outcome = model.Refresh(name, ids.GetValueOrDefault(which) is "nobody was told of it" ? -1 : which, used, token, command.Trouble, now);
                if (refreshed is not null)
                    Assert.Equal(outcome, refreshed.GetType());
                else
                    Assert.True(model.WroteLast && !told, "Only a refresh that there was something to write for can go unanswered.");
                break;
            case Kind.EndSession:
                var ending = model.TokenOf(name, command.Session, old: false).Session;
                await cafe.Faults.AnsweredAsync(command.Trouble, key, () => account.EndSession(ids.GetValueOrDefault(ending, "none")));
                if (ids.GetValueOrDefault(ending) is not "nobody was told of it")
                    model.EndSession(name, ending, command.Trouble);
                break;
            case Kind.BeginAnew:
                model.ForgetAttempts(name);
                await cafe.DeactivateAsync(account);
                await cafe.DeactivateAsync(cafe.Account(command.Address));
                break;
            default:
                cafe.Silo.Clock.Advance(command.Kind is Kind.Wait ? TimeSpan.FromMinutes(1) : TimeSpan.FromDays(4));
                break;
        }

        if (!told && model.WroteLast)
            model.ForgetAttempts(name); // its activation ended with the write
    }
}
