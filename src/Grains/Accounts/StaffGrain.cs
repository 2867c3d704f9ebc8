namespace Cafeteria.Accounts;

internal sealed class StaffGrain(IAccountRows rows) : Grain, IStaffGrain
{
    private GrainKey _key;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = GrainKey.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task<ImmutableArray<StaffMember>> List()
    {
        var logins = await rows.StaffLoginsAsync(_key.Tenant, CancellationToken.None);
        var members = await Task.WhenAll(logins.Select(login => Account(login).Describe()));
        return [.. members.OfType<StaffMember>()];
    }

    public async Task<StaffChangeResult> Change(ChangeStaff command)
    {
        if (await Account(command.Login).Describe() is not { } before || !before.Profile.Role.IsStaff())
            return new StaffChangeResult.NotFound();
        if (!command.ByRole.Includes(before.Profile.Role) || !command.ByRole.Includes(command.Role))
            return new StaffChangeResult.AboveOwnRole();
        if (IsAdmin(before.Profile.Role, before.Disabled) && !IsAdmin(command.Role, command.Disabled)
            && !(await List()).Any(other => other.Profile.Login != before.Profile.Login && IsAdmin(other.Profile.Role, other.Disabled)))
            return new StaffChangeResult.LastAdmin();
        var after = await Account(command.Login).Change(command);
        return after is null ? new StaffChangeResult.NotFound() : new StaffChangeResult.Changed(before, after);
    }

    private static bool IsAdmin(Role role, bool disabled) => role.Includes(Role.Admin) && !disabled;

    private IAccountGrain Account(string login) => GrainFactory.GetGrain<IAccountGrain>(GrainKey.For(_key.Tenant, login));
}
