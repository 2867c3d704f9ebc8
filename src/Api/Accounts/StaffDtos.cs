using System.ComponentModel.DataAnnotations;

namespace Cafeteria.Accounts;

/// <param name="Role">Anything but <c>student</c>, and nothing above one's own.</param>
internal sealed record NewStaffRequest(
    [property: Required, StringLength(40, MinimumLength = 3), RegularExpression("^[A-Za-z0-9_-]+$")] string? Login,
    [property: Required, StringLength(100, MinimumLength = 1)] string? FullName,
    [property: Required] Role? Role,
    [property: StringLength(254), EmailAddress] string? Email);

/// <param name="Disabled">True: the account cannot be used until this is false again.</param>
internal sealed record StaffRequest(
    [property: Required, StringLength(100, MinimumLength = 1)] string? FullName,
    [property: Required] Role? Role,
    bool? Disabled);

/// <param name="Sessions">On how many devices they are signed in.</param>
/// <param name="LockedUntil">After too many attempts to sign in; null when they may try.</param>
internal sealed record StaffResponse(string Login, string FullName, string? Email, Role Role, bool Disabled, int Sessions, DateTimeOffset? LockedUntil)
{
    public static StaffResponse From(StaffMember member) => new(
        member.Profile.Login, member.Profile.FullName, member.Profile.Email, member.Profile.Role, member.Disabled, member.Sessions, member.LockedUntil);
}

/// <param name="TemporaryPassword">Shown this once; only its hash is kept.</param>
internal sealed record StaffPasswordResponse(StaffResponse Staff, string TemporaryPassword);
