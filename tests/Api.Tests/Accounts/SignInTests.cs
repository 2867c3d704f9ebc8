using System.Text.Json;
using Cafeteria.Accounts;
using Cafeteria.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Cafeteria.Tests.Accounts;

[Collection(AppCollection.Name)]
public sealed class SignInTests(CafeteriaApp app)
{
    [Fact]
    public async Task A_registered_student_signs_in_by_id_and_by_address()
    {
        var id = await RegisterAsync();
        foreach (var (member, name) in new[] { ("login", id), ("studentId", id.ToUpperInvariant()), ("email", $"  {id}@Example.org ") })
        {
            var tokens = await (await app.PostAsync("/api/v1/auth/login", null, new Dictionary<string, string> { [member] = name, ["password"] = "right-password" })).IsAsync(200);
            Assert.Equal("Bearer", tokens.Text("tokenType"));
            Assert.Equal(900, tokens.Number("expiresIn"));
            Assert.Equal("student", tokens.GetProperty("user").Text("role"));
            Assert.Equal("iut", tokens.GetProperty("user").Text("tenantId"));
            await (await app.GetAsync("/api/v1/me", tokens.Text("accessToken"))).IsAsync(200);
        }
    }

    [Fact]
    public async Task Nobody_becomes_an_admin_by_asking()
    {
        var id = NewId();
        var user = await (await app.PostAsync("/api/v1/auth/register", null, new
        {
            studentId = id,
            email = $"{id}@example.org",
            password = "right-password",
            fullName = "A B",
            role = "admin",
            is_admin = true,
            isAdmin = true,
        })).IsAsync(201);
        Assert.Equal("student", user.GetProperty("user").Text("role"));
    }

    [Fact]
    public async Task A_taken_id_or_address_is_refused()
    {
        var id = await RegisterAsync();
        await (await Register(id, $"{NewId()}@example.org")).IsProblemAsync(409, "account_exists");
        await (await Register(id.ToUpperInvariant(), $"{NewId()}@example.org")).IsProblemAsync(409, "account_exists");
        await (await Register(NewId(), $"{id.ToUpperInvariant()}@example.org")).IsProblemAsync(409, "account_exists");
    }

    [Fact]
    public async Task What_is_wrong_with_a_registration_is_said_by_field()
    {
        var problem = await (await app.PostAsync("/api/v1/auth/register", null, new { studentId = "a b", email = "nowhere", password = "short" })).IsProblemAsync(400, "invalid_request");
        Assert.Equal(["email", "fullName", "password", "studentId"], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_are_answered_alike()
    {
        var id = await RegisterAsync();
        var wrong = await (await Login(id, "wrong-password")).IsProblemAsync(401, "invalid_credentials");
        var unknown = await (await Login(NewId(), "wrong-password")).IsProblemAsync(401, "invalid_credentials");
        Assert.Equal(wrong.Text("detail"), unknown.Text("detail"));
    }

    [Fact]
    public async Task The_fourth_attempt_within_a_minute_is_too_many_right_or_wrong_under_any_name()
    {
        var id = await RegisterAsync();
        await (await Login(id, "wrong-password")).IsAsync(401);
        await (await Login($"{id}@example.org", "right-password")).IsAsync(200);
        await (await Login(id, "right-password")).IsAsync(200);
        foreach (var name in new[] { id, $"{id}@example.org" })
        {
            using var answer = await Login(name, "right-password");
            await answer.IsProblemAsync(429, "too_many_attempts");
            Assert.InRange(answer.RetryAfterSeconds() ?? 0, 1, 60);
        }

        await (await Login(await RegisterAsync(), "right-password")).IsAsync(200);
    }

    [Fact]
    public async Task An_unknown_name_is_limited_too()
    {
        var id = NewId();
        for (var i = 0; i < 3; i++)
            await (await Login(id, "any-password")).IsAsync(401);
        await (await Login(id, "any-password")).IsProblemAsync(429, "too_many_attempts");
    }

    [Fact]
    public async Task Who_finds_no_room_for_the_hashing_has_not_used_up_an_attempt()
    {
        var id = await RegisterAsync();
        var student = (await (await Login(id, "right-password")).IsAsync(200)).Text("accessToken");
        var places = TakeAllPlaces("one address").Concat(TakeAllPlaces("another")).ToList();
        try
        {
            for (var i = 0; i < 2; i++)
            {
                await (await Login(id, "right-password")).IsProblemAsync(503, "unavailable");
                await (await ChangePassword(student, "right-password")).IsProblemAsync(503, "unavailable");
            }
        }
        finally
        {
            places.ForEach(place => place.Dispose());
        }

        await (await Login(id, "right-password")).IsAsync(200);
        await (await ChangePassword(student, "right-password")).IsAsync(204);
    }

    [Fact]
    public async Task One_address_leaves_half_of_the_places_to_the_others()
    {
        var id = await RegisterAsync();
        var places = TakeAllPlaces("one address");
        try
        {
            await (await Login(id, "right-password")).IsAsync(200);
            var rest = TakeAllPlaces("another");
            rest.ForEach(place => place.Dispose());
            Assert.InRange(rest.Count, 1, places.Count);
        }
        finally
        {
            places.ForEach(place => place.Dispose());
        }

        var again = TakeAllPlaces("one address");
        again.ForEach(place => place.Dispose());
        Assert.Equal(places.Count, again.Count);
    }

    [Fact]
    public async Task A_refresh_token_works_once_and_its_second_use_ends_the_family()
    {
        var first = await SignInAsync();
        var second = await (await Refresh(first.Text("refreshToken"))).IsAsync(200);
        Assert.NotEqual(first.Text("refreshToken"), second.Text("refreshToken"));
        await (await app.GetAsync("/api/v1/me", second.Text("accessToken"))).IsAsync(200);

        await (await Refresh(first.Text("refreshToken"))).IsProblemAsync(401, "unauthorized");

        await (await Refresh(second.Text("refreshToken"))).IsProblemAsync(401, "unauthorized");
        await (await app.GetAsync("/api/v1/me", second.Text("accessToken"))).IsProblemAsync(401, "unauthorized");
        await (await app.GetAsync("/api/v1/me", first.Text("accessToken"))).IsProblemAsync(401, "unauthorized");
    }

    [Fact]
    public async Task A_second_use_that_could_not_be_written_down_ends_the_family_when_it_is_tried_again()
    {
        var first = await SignInAsync();
        var second = await (await Refresh(first.Text("refreshToken"))).IsAsync(200);
        var session = first.Text("refreshToken").Split('.')[1];
        await app.ExecuteAsync($"alter table revoked_sessions add constraint broken check (session_id <> '{session}')");
        try
        {
            await (await Refresh(first.Text("refreshToken"))).IsProblemAsync(503, "unavailable");
        }
        finally
        {
            await app.ExecuteAsync("alter table revoked_sessions drop constraint broken");
        }

        await (await Refresh(first.Text("refreshToken"))).IsProblemAsync(401, "unauthorized");

        await (await app.GetAsync("/api/v1/me", second.Text("accessToken"))).IsProblemAsync(401, "unauthorized");
        await (await Refresh(second.Text("refreshToken"))).IsProblemAsync(401, "unauthorized");
    }

    [Fact]
    public async Task Who_signs_in_on_an_eleventh_device_is_signed_out_on_the_first_at_once()
    {
        var id = await RegisterAsync();
        var devices = new List<JsonElement>();
        while (devices.Count < 11)
        {
            await app.Services.GetRequiredService<IGrainFactory>().GetGrain<IAccountGrain>($"iut/{id}").Unlock(); // no attempts are tested here
            devices.Add(await (await Login(id, "right-password")).IsAsync(200));
        }

        await (await app.GetAsync("/api/v1/me", devices[0].Text("accessToken"))).IsProblemAsync(401, "unauthorized");
        await (await Refresh(devices[0].Text("refreshToken"))).IsProblemAsync(401, "unauthorized");
        foreach (var device in devices.Skip(1))
            await (await app.GetAsync("/api/v1/me", device.Text("accessToken"))).IsAsync(200);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("aXV0L3N0dWRlbnQx.00000000000000000000000000000000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("bm9uZS9zdHVkZW50MQ.00000000000000000000000000000000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_refresh_token_that_never_was_is_refused(string token) => await (await Refresh(token)).IsProblemAsync(401, "unauthorized");

    [Fact]
    public async Task After_signing_out_no_token_of_the_session_works()
    {
        var tokens = await SignInAsync();
        await (await app.PostAsync("/api/v1/auth/logout", tokens.Text("accessToken"))).IsAsync(204);
        await (await app.GetAsync("/api/v1/me", tokens.Text("accessToken"))).IsProblemAsync(401, "unauthorized");
        await (await Refresh(tokens.Text("refreshToken"))).IsProblemAsync(401, "unauthorized");
    }

    [Fact]
    public async Task The_people_of_the_first_data_are_there()
    {
        foreach (var (login, password, role) in new[] { ("ADMIN-001", "AdminPass123!", "admin"), ("kitchen1", "Password@123", "kitchen"), ("manager1", "Password@123", "manager") })
            Assert.Equal(role, (await (await Login(login, password)).IsAsync(200)).GetProperty("user").Text("role"));
        using var waiter = await app.PostAsync("/api/v1/auth/login", null, new { username = "waiter1", password = "Password@123" }, ("X-Tenant-ID", "11111111-1111-1111-1111-111111111111"));
        Assert.Equal("spice-route", (await waiter.IsAsync(200)).GetProperty("user").Text("tenantId"));
    }

    private static string NewId() => $"t-{Guid.NewGuid():N}"[..20];

    private Task<HttpResponseMessage> Login(string login, string password) => app.PostAsync("/api/v1/auth/login", null, new { login, password });

    private Task<HttpResponseMessage> ChangePassword(string token, string current)
        => app.PostAsync("/api/v1/auth/password", token, new { current, next = "other-password" });

    private List<PasswordHashing.Place> TakeAllPlaces(string address)
    {
        var (passwords, places) = (app.Services.GetRequiredService<PasswordHashing>(), new List<PasswordHashing.Place>());
        while (true)
        {
            try
            {
                places.Add(passwords.TakePlace(address));
            }
            catch (RefusalException)
            {
                return places;
            }
        }
    }

    private Task<HttpResponseMessage> Refresh(string refreshToken) => app.PostAsync("/api/v1/auth/refresh", null, new { refreshToken });

    private Task<HttpResponseMessage> Register(string studentId, string email)
        => app.PostAsync("/api/v1/auth/register", null, new { studentId, email, password = "right-password", fullName = "A Student" });

    private async Task<string> RegisterAsync()
    {
        var id = NewId();
        await (await Register(id, $"{id}@example.org")).IsAsync(201);
        return id;
    }

    private async Task<JsonElement> SignInAsync() => await (await Login(await RegisterAsync(), "right-password")).IsAsync(200);
}
