using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Cafeteria.Accounts;

namespace Cafeteria.Tests.Accounts;

public sealed class JwtTests
{
    // RFC 7515, appendix A.1.
    private const string Rfc7515Key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    private const string Rfc7515Token
        = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
        + "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    [Fact]
    public void The_token_of_RFC_7515_is_verified_with_its_key()
    {
        using var payload = Jwt.Verify(Base64Url.DecodeFromChars(Rfc7515Key), Rfc7515Token);
        Assert.Equal("joe", payload?.RootElement.GetProperty("iss").GetString());
    }

    [Fact]
    public void The_signature_of_RFC_7515_is_what_signing_makes()
    {
        var parts = Rfc7515Token.Split('.');
        Assert.Equal(Rfc7515Token, Jwt.Sign(Base64Url.DecodeFromChars(Rfc7515Key), parts[0], parts[1]));
    }

    /// <summary>The other half is src/Web/src/accounts/jose.test.ts: there jose makes one of these tokens and verifies the other.</summary>
    [Fact]
    public void Tokens_go_between_this_and_jose_in_both_directions()
    {
        using var shared = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Accounts", "jose.json")));
        var key = Base64Url.DecodeFromChars(shared.RootElement.GetProperty("key").GetString());

        var made = Jwt.Sign(key, Encoding.UTF8.GetBytes(shared.RootElement.GetProperty("claims").GetRawText()));
        using var read = Jwt.Verify(key, shared.RootElement.GetProperty("byJose").GetString()!);

        Assert.Equal(shared.RootElement.GetProperty("byUs").GetString(), made);
        Assert.Equal("ছাত্র-1", read!.RootElement.GetProperty("name").GetString());
    }

    [Fact]
    public void What_is_signed_is_verified() => Assert.NotNull(Jwt.Verify(Key, Jwt.Sign(Key, """{"sub":"a"}"""u8)));

    [Fact]
    public void Changing_any_one_character_makes_it_no_token()
    {
        var token = Jwt.Sign(Key, """{"sub":"student1","role":"student"}"""u8);
        for (var i = 0; i < token.Length; i++)
            foreach (var other in "AQgwx-_.")
                if (token[i] != other)
                    Assert.True(Jwt.Verify(Key, token[..i] + other + token[(i + 1)..]) is null, $"'{other}' at {i} was accepted");
    }

    public static TheoryData<string, string> Forgeries()
    {
        var payload = Encode("""{"sub":"student1","role":"admin"}""");
        var good = Jwt.Sign(Key, """{"sub":"student1"}"""u8);
        var parts = good.Split('.');
        string Signed(string header) => Jwt.Sign(Key, Encode(header), payload);
        return new TheoryData<string, string>
        {
            { "alg none, no signature", $"{Encode("""{"alg":"none"}""")}.{payload}." },
            { "alg none, no third part", $"{Encode("""{"alg":"none"}""")}.{payload}" },
            { "alg none, though signed", Signed("""{"alg":"none"}""") },
            { "alg None", Signed("""{"alg":"None"}""") },
            { "alg in small letters", Signed("""{"alg":"hs256"}""") },
            { "another HMAC", Signed("""{"alg":"HS512"}""") },
            { "a public-key algorithm", Signed("""{"alg":"RS256"}""") },
            { "no alg", Signed("""{"typ":"JWT"}""") },
            { "alg null", Signed("""{"alg":null}""") },
            { "alg a list", Signed("""{"alg":["HS256"]}""") },
            { "critical extensions", Signed("""{"alg":"HS256","crit":["exp"],"exp":1}""") },
            { "header no object", Signed("[]") },
            { "header no JSON", Signed("alg=HS256") },
            { "another key", Jwt.Sign([.. Key.Reverse()], """{"sub":"student1"}"""u8) },
            { "an empty key", Jwt.Sign([], """{"sub":"student1"}"""u8) },
            { "the payload swapped", $"{parts[0]}.{payload}.{parts[2]}" },
            { "the signature cut", good[..^1] },
            { "the signature padded", good + "=" },
            { "no signature", $"{parts[0]}.{parts[1]}." },
            { "a fourth part", good + ".AAAA" },
            { "white space", " " + good },
            { "a line's end", good + "\n" },
            { "payload no object", Jwt.Sign(Key, "\"admin\""u8) },
            { "payload no JSON", Jwt.Sign(Key, "admin"u8) },
            { "payload of bytes", Jwt.Sign(Key, [0xff, 0xfe, 0x00]) },
            { "nothing", "" },
            { "dots", ".." },
            { "too long", Jwt.Sign(Key, Encoding.UTF8.GetBytes($$"""{"sub":"{{new string('a', 5000)}}"}""")) },
            { "other letters", "ā.ē.ī" },
        };
    }

    [Theory, MemberData(nameof(Forgeries))]
    public void A_forgery_is_no_token(string how, string token) => Assert.True(Jwt.Verify(Key, token) is null, how);

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
