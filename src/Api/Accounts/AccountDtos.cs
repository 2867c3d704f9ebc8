using System.ComponentModel.DataAnnotations;

namespace Cafeteria.Accounts;

/// <summary>A new customer. A role cannot be asked for.</summary>
internal sealed record RegisterRequest(
    [property: Required, StringLength(40, MinimumLength = 3), RegularExpression("^[A-Za-z0-9_-]+$")] string? StudentId,
    [property: Required, StringLength(254), EmailAddress] string? Email,
    [property: Required, StringLength(128, MinimumLength = 8)] string? Password,
    [property: Required, StringLength(100, MinimumLength = 1)] string? FullName);

/// <summary>The name may be called <c>login</c>, <c>studentId</c>, <c>email</c> or <c>username</c>.</summary>
internal sealed record LoginRequest(
    [property: StringLength(254)] string? Login,
    [property: StringLength(254)] string? StudentId,
    [property: StringLength(254)] string? Email,
    [property: StringLength(254)] string? Username,
    [property: Required, StringLength(128)] string? Password);

internal sealed record PasswordRequest(
    [property: Required, StringLength(128)] string? Current,
    [property: Required, StringLength(128, MinimumLength = 8)] string? Next);

internal sealed record RefreshRequest([property: Required, StringLength(1024)] string? RefreshToken);

internal sealed record UserResponse(string Id, string StudentId, string FullName, string? Email, Role Role, string TenantId)
{
    public static UserResponse From(AccountProfile profile)
        => new(profile.Login, profile.StudentId, profile.FullName, profile.Email, profile.Role, profile.Tenant);
}

internal sealed record UserEnvelope(UserResponse User);

/// <summary>The refresh token works once; each use brings the next.</summary>
internal sealed record TokenResponse(string AccessToken, string RefreshToken, string TokenType, int ExpiresIn, UserResponse User);
