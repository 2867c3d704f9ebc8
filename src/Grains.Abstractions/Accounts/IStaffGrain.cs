using System.Collections.Immutable;

namespace Cafeteria.Accounts;

/// <summary>
/// The people who work for a tenant. Key <c>{tenant}/staff</c>. Changes of their accounts go through it one at a time, so
/// that of two admins who take the role from each other at once one remains.
/// </summary>
[Alias("cafeteria.IStaffGrain")]
public interface IStaffGrain : IGrainWithStringKey
{
    /// <summary>Everyone, by login.</summary>
    [Alias("List")]
    Task<ImmutableArray<StaffMember>> List();

    /// <summary>Another name, role, or whether the account may be used. Role and use take effect at once: its sessions end.</summary>
    [Alias("Change")]
    Task<StaffChangeResult> Change(ChangeStaff command);
}

/// <param name="Sessions">On how many devices they are signed in.</param>
/// <param name="LockedUntil">After too many attempts to sign in; null when they may try.</param>
[GenerateSerializer, Immutable, Alias("cafeteria.staff-member")]
public sealed record StaffMember(
    [property: Id(0)] AccountProfile Profile,
    [property: Id(1)] bool Disabled,
    [property: Id(2)] int Sessions,
    [property: Id(3)] DateTimeOffset? LockedUntil);

/// <param name="ByRole">Of who changes it: nobody touches or makes a role above their own.</param>
/// <param name="TokensExpireAt">By when every access token made up to now has run out.</param>
[GenerateSerializer, Immutable, Alias("cafeteria.change-staff")]
public sealed record ChangeStaff(
    [property: Id(0)] string Login,
    [property: Id(1)] string FullName,
    [property: Id(2)] Role Role,
    [property: Id(3)] bool Disabled,
    [property: Id(4)] Role ByRole,
    [property: Id(5)] DateTimeOffset TokensExpireAt);

[GenerateSerializer, Immutable, Alias("cafeteria.staff-change-result")]
public abstract record StaffChangeResult
{
    private StaffChangeResult()
    {
    }

    [GenerateSerializer, Immutable, Alias("cafeteria.staff-change-result.changed")]
    public sealed record Changed([property: Id(0)] StaffMember Before, [property: Id(1)] StaffMember After) : StaffChangeResult;

    /// <summary>Nobody of this name works here.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.staff-change-result.not-found")]
    public sealed record NotFound : StaffChangeResult;

    /// <summary>The account has, or would get, a role above that of who changes it.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.staff-change-result.above-own-role")]
    public sealed record AboveOwnRole : StaffChangeResult;

    /// <summary>Nobody would be left who can change it back.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.staff-change-result.last-admin")]
    public sealed record LastAdmin : StaffChangeResult;
}
