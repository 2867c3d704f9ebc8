using System.Security.Cryptography;
using Cafeteria.Audit;
using Cafeteria.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cafeteria.Accounts;

internal static class StaffEndpoints
{
    public static IEndpointRouteBuilder MapStaff(this IEndpointRouteBuilder api)
    {
        var staff = api.MapGroup("/staff").WithTags("People");
        staff.MapGet("", List).WithName("listStaff").WithSummary("Everyone who works here").ForRole(Role.Admin).Problems(404);
        staff.MapPost("", Add).WithName("addStaff").WithSummary("An account for someone who works here, with a temporary password").ForRole(Role.Admin)
            .Problems(400, 404, 409, 413, 415);
        staff.MapPut("/{login}", Change).WithName("putStaff").WithSummary("Another name, role, or whether the account may be used").ForRole(Role.Admin)
            .Problems(400, 404, 409, 413, 415);
        staff.MapPost("/{login}/password", ResetPassword).WithName("resetStaffPassword").WithSummary("A temporary password; signed out everywhere").ForRole(Role.Admin)
            .Problems(404);
        staff.MapPost("/{login}/unlock", Unlock).WithName("unlockStaff").WithSummary("May try to sign in again at once").ForRole(Role.Admin).Problems(404);
        staff.MapPost("/{login}/sign-out", SignOut).WithName("signOutStaff").WithSummary("Signed out on every device, within a second").ForRole(Role.Admin)
            .Problems(404);
        return api;
    }

    private static async Task<Results<Ok<Page<StaffResponse>>, ProblemHttpResult>> List(RequestTenant tenant, [AsParameters] StaffServices services)
        => TypedResults.Ok(new Page<StaffResponse>([.. (await services.Staff(tenant.Id).List()).Select(StaffResponse.From)], null));

    private static async Task<Results<Created<StaffPasswordResponse>, ProblemHttpResult>> Add(
        Body<NewStaffRequest> body, Caller caller, RequestTenant tenant, [AsParameters] StaffServices services, CancellationToken cancellationToken)
    {
        var (request, errors) = (body.Value, new FieldErrors());
        var email = string.IsNullOrWhiteSpace(request.Email) ? null : request.Email.Trim().ToLowerInvariant();
        errors.Check(request.Login is { Length: >= 3 and <= 40 } login && login.All(AccountEndpoints.IsIdCharacter), "login", "3 to 40 letters, digits, '-' or '_'.");
        errors.Check(email is null || AccountEndpoints.IsEmail(email), "email", "An e-mail address, like name@iut.edu.bd.");
        CheckNameAndRole(request.FullName, request.Role, errors);
        if (errors.Any)
            return Problems.Invalid(errors);
        if (!caller.Role.Includes(request.Role!.Value))
            return AboveOwnRole();

        var password = NewPassword();
        var account = services.Account(tenant.Id, request.Login!);
        var hash = await services.Passwords.HashAsync(password, caller.Key, cancellationToken);
        var registered = await account.Register(new NewAccount(request.Login!, email, request.FullName!.Trim(), request.Role.Value, hash));
        if (registered is not RegisterResult.Registered || await account.Describe() is not { } member)
            return Problems.Of(409, ProblemCodes.AccountExists, "An account with this login or e-mail address exists.");
        await services.Audit.AddAsync(caller, tenant.Id, AuditAction.StaffAdded, About(member),
            new("fullName", null, member.Profile.FullName), new("role", null, Snake<Role>.Name(member.Profile.Role)));
        return TypedResults.Created("/api/v1/staff", new StaffPasswordResponse(StaffResponse.From(member), password));
    }

    private static async Task<Results<Ok<StaffResponse>, ProblemHttpResult>> Change(
        string login, Body<StaffRequest> body, Caller caller, RequestTenant tenant, [AsParameters] StaffServices services)
    {
        var (request, errors) = (body.Value, new FieldErrors());
        CheckNameAndRole(request.FullName, request.Role, errors);
        if (errors.Any)
            return Problems.Invalid(errors);
        if (!IsLogin(login))
            return NoSuchPerson();

        var change = new ChangeStaff(
            login.ToLowerInvariant(), request.FullName!.Trim(), request.Role!.Value, request.Disabled ?? false, caller.Role, services.TokensExpireAt);
        switch (await services.Staff(tenant.Id).Change(change))
        {
            case StaffChangeResult.Changed { Before: var before, After: var after }:
                AuditChange[] changes =
                [
                    .. Differences("fullName", before.Profile.FullName, after.Profile.FullName),
                    .. Differences("role", Snake<Role>.Name(before.Profile.Role), Snake<Role>.Name(after.Profile.Role)),
                    .. Differences("disabled", before.Disabled ? "yes" : "no", after.Disabled ? "yes" : "no"),
                ];
                if (changes.Length > 0)
                    await services.Audit.AddAsync(caller, tenant.Id, AuditAction.StaffChanged, About(after), changes);
                return TypedResults.Ok(StaffResponse.From(after));
            case StaffChangeResult.AboveOwnRole:
                return AboveOwnRole();
            case StaffChangeResult.LastAdmin:
                return Problems.Of(409, ProblemCodes.LastAdmin, "This is the last admin. Make another one first.");
            default:
                return NoSuchPerson();
        }
    }

    private static async Task<Results<Ok<StaffPasswordResponse>, ProblemHttpResult>> ResetPassword(
        string login, Caller caller, RequestTenant tenant, [AsParameters] StaffServices services, CancellationToken cancellationToken)
    {
        var password = NewPassword();
        var hash = await services.Passwords.HashAsync(password, caller.Key, cancellationToken);
        var (_, member, problem) = await services.WithAsync(tenant.Id, login, caller, account => account.SetPassword(hash, services.TokensExpireAt));
        if (member is null)
            return problem!;
        await services.Audit.AddAsync(caller, tenant.Id, AuditAction.PasswordReset, About(member));
        return TypedResults.Ok(new StaffPasswordResponse(StaffResponse.From(member), password));
    }

    private static async Task<Results<Ok<StaffResponse>, ProblemHttpResult>> Unlock(
        string login, Caller caller, RequestTenant tenant, [AsParameters] StaffServices services)
    {
        var (before, member, problem) = await services.WithAsync(tenant.Id, login, caller, account => account.Unlock());
        if (member is null)
            return problem!;
        if (before!.LockedUntil is not null)
            await services.Audit.AddAsync(caller, tenant.Id, AuditAction.StaffUnlocked, About(member));
        return TypedResults.Ok(StaffResponse.From(member));
    }

    private static async Task<Results<Ok<StaffResponse>, ProblemHttpResult>> SignOut(
        string login, Caller caller, RequestTenant tenant, [AsParameters] StaffServices services)
    {
        var (before, member, problem) = await services.WithAsync(tenant.Id, login, caller, account => account.EndSessions(services.TokensExpireAt));
        if (member is null)
            return problem!;
        if (before!.Sessions > 0)
            await services.Audit.AddAsync(caller, tenant.Id, AuditAction.StaffSignedOut, About(member));
        return TypedResults.Ok(StaffResponse.From(member));
    }

    public static bool IsLogin(string login) => login.Length is >= 1 and <= 40 && login.All(AccountEndpoints.IsIdCharacter);

    public static ProblemHttpResult NoSuchPerson() => Problems.NotFound("Nobody of this name works here.");

    public static ProblemHttpResult AboveOwnRole() => Problems.Of(403, ProblemCodes.Forbidden, "That is a role above your own.");

    private static void CheckNameAndRole(string? name, Role? role, FieldErrors errors)
    {
        errors.Check(name?.Trim() is { Length: >= 1 and <= 100 } text && !text.Any(char.IsControl), "fullName", "1 to 100 characters.");
        errors.Check(role is not null and not Role.Student, "role", "waiter, kitchen, manager or admin.");
    }

    private static AuditChange[] Differences(string field, string before, string after) => before == after ? [] : [new(field, before, after)];

    private static string About(StaffMember member) => $"staff/{member.Profile.Login}";

    /// <summary>Twelve characters that nobody takes for one another: 59 bits, read out over a counter.</summary>
    private static string NewPassword()
    {
        var text = RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 12);
        return $"{text[..4]}-{text[4..8]}-{text[8..]}";
    }
}

internal readonly record struct StaffServices(
    IGrainFactory Grains,
    PasswordHashing Passwords,
    AuditTrail Audit,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider Clock)
{
    public DateTimeOffset TokensExpireAt => AccessTokens.AllExpireAt(Clock.GetUtcNow());

    public IStaffGrain Staff(string tenant) => Grains.GetGrain<IStaffGrain>(GrainKey.For(tenant, "staff"));

    public IAccountGrain Account(string tenant, string login) => Grains.GetGrain<IAccountGrain>(GrainKey.For(tenant, login.ToLowerInvariant()));

    /// <summary>Does something to the account of someone who works here and is not above the caller; answers how they stood and stand then.</summary>
    public async Task<(StaffMember? Before, StaffMember? After, ProblemHttpResult? Problem)> WithAsync(string tenant, string login, Caller caller, Func<IAccountGrain, Task> act)
    {
        if (!StaffEndpoints.IsLogin(login))
            return (null, null, StaffEndpoints.NoSuchPerson());
        var account = Account(tenant, login);
        if (await account.Describe() is not { } member || !member.Profile.Role.IsStaff())
            return (null, null, StaffEndpoints.NoSuchPerson());
        if (!caller.Role.Includes(member.Profile.Role))
            return (null, null, StaffEndpoints.AboveOwnRole());
        await act(account);
        return (member, await account.Describe(), null);
    }
}
