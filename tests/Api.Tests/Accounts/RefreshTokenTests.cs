using Cafeteria.Accounts;

namespace Cafeteria.Tests.Accounts;

public sealed class RefreshTokenTests
{
    [Fact]
    public void What_is_written_is_read()
    {
        var token = new RefreshToken("iut", "stu-2021-001", "session", RefreshToken.NewSecret());
        Assert.True(RefreshToken.TryParse(token.ToString(), out var read));
        Assert.Equal(token, read);
    }

    [Fact]
    public void The_hash_says_nothing_of_the_secret_and_is_always_the_same()
    {
        var secret = RefreshToken.NewSecret();
        Assert.Equal(RefreshToken.HashOf(secret), RefreshToken.HashOf(secret));
        Assert.DoesNotContain(secret, RefreshToken.HashOf(secret), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("aXV0L2E.session.short")]
    [InlineData("not base64.session.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("_____w.session.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("aXV0.session.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("aXV0Lw.session.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("aXV0L2E..AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Whatever_else_is_no_refresh_token(string? text) => Assert.False(RefreshToken.TryParse(text, out _));
}
