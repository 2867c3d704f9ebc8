using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Cafeteria.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace Cafeteria.Tests.Accounts;

[Collection(AppCollection.Name)]
public sealed class TokenTests(CafeteriaApp app)
{
    [Fact]
    public async Task A_good_token_is_let_in()
    {
        var me = await (await app.GetAsync("/api/v1/me", await app.TokenAsync("student1"))).IsAsync(200);
        Assert.Equal("student1", me.GetProperty("user").Text("id"));
    }

    [Fact]
    public async Task Every_wrong_token_is_answered_401_with_the_challenge()
    {
        var key = await app.Services.GetRequiredService<AccessTokens>().KeyAsync(CancellationToken.None);
        var good = await app.TokenAsync("student1");
        var parts = good.Split('.');
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var admin = Encode(JsonSerializer.Serialize(Claims(now) with { role = "admin" }));
        (string How, string? Header)[] table =
        [
            ("nothing", null),
            ("an empty header", ""),
            ("the scheme alone", "Bearer"),
            ("the scheme and a blank", "Bearer "),
            ("another scheme", "Basic c3R1ZGVudDE6cGFzc3dvcmQxMjM="),
            ("no scheme", good),
            ("no token", "Bearer x"),
            ("unsigned", $"Bearer {Encode("""{"alg":"none","typ":"JWT"}""")}.{admin}."),
            ("the signature left out", $"Bearer {parts[0]}.{parts[1]}."),
            ("another's payload", $"Bearer {parts[0]}.{admin}.{parts[2]}"),
            ("another key", $"Bearer {Jwt.Sign(new byte[32], parts[0], parts[1])}"),
            ("another algorithm", $"Bearer {Jwt.Sign(key, Encode("""{"alg":"HS384","typ":"JWT"}"""), parts[1])}"),
            ("tampered at its end", $"Bearer {good[..^1]}{(good[^1] == 'A' ? 'B' : 'A')}"),
            ("expired", Signed(Claims(now) with { exp = now - 1 })),
            ("expiring now", Signed(Claims(now) with { exp = now })),
            ("issued tomorrow", Signed(Claims(now) with { iat = now + 86400 })),
            ("another issuer", Signed(Claims(now) with { iss = "elsewhere" })),
            ("for somebody else", Signed(Claims(now) with { aud = "elsewhere" })),
            ("an unknown role", Signed(Claims(now) with { role = "chef" })),
            ("no role", Signed(Claims(now) with { role = null })),
            ("no session", Signed(Claims(now) with { sid = null })),
            ("no tenant", Signed(Claims(now) with { tenant_id = null })),
            ("no subject", Signed(Claims(now) with { sub = "" })),
            ("two tokens", $"Bearer {good} {good}"),
            ("a refresh token", $"Bearer {new RefreshToken("iut", "student1", "s", RefreshToken.NewSecret())}"),
        ];

        foreach (var (how, header) in table)
        {
            using var answer = header is null ? await app.GetAsync("/api/v1/me") : await app.GetAsync("/api/v1/me", null, ("Authorization", header));
            Assert.True((int)answer.StatusCode == 401, $"{how}: {(int)answer.StatusCode}");
            await answer.IsProblemAsync(401, "unauthorized");
            Assert.True(answer.Headers.WwwAuthenticate.Any(challenge => challenge.Scheme == "Bearer"), $"{how}: no challenge");
        }

        string Signed(TokenClaims claims) => $"Bearer {Jwt.Sign(key, JsonSerializer.SerializeToUtf8Bytes(claims))}";
    }

    [Fact]
    public async Task A_token_in_the_address_is_taken_by_event_streams_alone()
    {
        var token = await app.TokenAsync("student1");
        await (await app.GetAsync($"/api/v1/me?access_token={token}")).IsProblemAsync(401, "unauthorized");
        await (await app.GetAsync($"/api/v1/orders?access_token={token}")).IsProblemAsync(401, "unauthorized");
        await (await app.GetAsync($"/api/v1/orders/aaaaaaaaaaaaaaaaaaaaaaaaaa/events?access_token={token}")).IsProblemAsync(404, "not_found");
        await (await app.GetAsync("/api/v1/orders/aaaaaaaaaaaaaaaaaaaaaaaaaa/events?access_token=x")).IsProblemAsync(401, "unauthorized");
    }

    [Fact]
    public async Task Each_role_may_do_what_those_under_it_may_and_no_more()
    {
        Role[] everyone = Enum.GetValues<Role>();
        Role[] staff = [Role.Waiter, Role.Kitchen, Role.Manager, Role.Admin, Role.SuperAdmin];
        Role[] kitchen = [Role.Kitchen, Role.Manager, Role.Admin, Role.SuperAdmin];
        Role[] managers = [Role.Manager, Role.Admin, Role.SuperAdmin];
        const string nobody = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
        (HttpMethod Method, string Path, Role[] May)[] table =
        [
            (HttpMethod.Get, "/api/v1/me", everyone),
            (HttpMethod.Get, "/api/v1/orders", everyone),
            (HttpMethod.Post, "/api/v1/orders", everyone),
            (HttpMethod.Get, $"/api/v1/orders/{nobody}", everyone),
            (HttpMethod.Post, $"/api/v1/orders/{nobody}/cancel", everyone),
            (HttpMethod.Get, $"/api/v1/orders/{nobody}/events", everyone),
            (HttpMethod.Post, $"/api/v1/orders/{nobody}/complete", staff),
            (HttpMethod.Get, "/api/v1/stock", staff),
            (HttpMethod.Get, "/api/v1/stock/ramen", staff),
            (HttpMethod.Post, "/api/v1/stock/none/receive", managers),
            (HttpMethod.Post, "/api/v1/stock/none/write-off", managers),
            (HttpMethod.Post, "/api/v1/menu/items", managers),
            (HttpMethod.Put, "/api/v1/menu/items/none", managers),
            (HttpMethod.Delete, "/api/v1/menu/items/none", managers),
            (HttpMethod.Get, "/api/v1/kitchen/stations", kitchen),
            (HttpMethod.Get, "/api/v1/kitchen/stations/main/tickets", kitchen),
            (HttpMethod.Post, $"/api/v1/kitchen/stations/main/tickets/{nobody}/start", kitchen),
            (HttpMethod.Post, $"/api/v1/kitchen/stations/main/tickets/{nobody}/done", kitchen),
            (HttpMethod.Post, $"/api/v1/kitchen/stations/main/tickets/{nobody}/recall", kitchen),
            (HttpMethod.Post, $"/api/v1/kitchen/stations/main/tickets/{nobody}/put-back", kitchen),
            (HttpMethod.Get, "/api/v1/kitchen/events?station=none", kitchen),
            (HttpMethod.Put, "/api/v1/kitchen/stations/none", managers),
        ];

        foreach (var role in everyone)
        {
            var token = await app.TokenAsync(role is Role.Student ? "student1" : "manager1", role);
            foreach (var (method, path, may) in table)
            {
                using var answer = await app.SendAsync(method, path, token);
                var status = (int)answer.StatusCode;
                Assert.True(may.Contains(role) ? status is not (401 or 403) and < 500 : status == 403, $"{role} {method} {path}: {status}");
            }
        }

        foreach (var (method, path, _) in table)
        {
            using var answer = await app.SendAsync(method, path);
            await answer.IsProblemAsync(401, "unauthorized");
        }
    }

    private static TokenClaims Claims(long now) => new("student1", "iut", "student", Guid.NewGuid().ToString("N"), "S", now, now + 900, "cafeteria", "cafeteria-api");

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

#pragma warning disable IDE1006 // Claims are spelled as they stand in the token.
    private sealed record TokenClaims(string? sub, string? tenant_id, string? role, string? sid, string? name, long iat, long exp, string? iss, string? aud);
#pragma warning restore IDE1006
}
