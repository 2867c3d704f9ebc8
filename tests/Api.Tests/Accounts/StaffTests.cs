using System.Text.Json;
using Cafeteria.Accounts;

namespace Cafeteria.Tests.Accounts;

[Collection(AppCollection.Name)]
public sealed class StaffTests(CafeteriaApp app)
{
    [Fact]
    public async Task A_new_cook_signs_in_with_the_password_that_is_shown_once()
    {
        var admin = await AdminAsync();
        var (login, password) = await AddAsync(admin, "kitchen");

        var session = await SignInAsync(login, password);
        Assert.Equal("kitchen", session.GetProperty("user").Text("role"));
        await (await app.GetAsync("/api/v1/kitchen/stations", session.Text("accessToken"))).IsAsync(200);
        var listed = Assert.Single((await ListAsync(admin)), person => person.Text("login") == login);
        Assert.Equal((1, false), (listed.Number("sessions"), listed.GetProperty("disabled").GetBoolean()));
        Assert.DoesNotContain(await ListAsync(admin), person => person.Text("role") == "student");
        await (await app.PostAsync("/api/v1/staff", admin, new { login = login.ToUpperInvariant(), fullName = "Twin", role = "waiter" })).IsProblemAsync(409, "account_exists");
    }

    [Fact]
    public async Task A_role_that_is_taken_away_is_gone_within_a_second_on_every_device()
    {
        var admin = await AdminAsync();
        var (login, password) = await AddAsync(admin, "manager");
        var session = await SignInAsync(login, password);
        await (await app.GetAsync("/api/v1/audit", session.Text("accessToken"))).IsAsync(200);

        await (await PutAsync(admin, login, "kitchen", false)).IsAsync(200);
        await (await app.GetAsync("/api/v1/audit", session.Text("accessToken"))).IsProblemAsync(401, "unauthorized");
        await (await app.PostAsync("/api/v1/auth/refresh", null, new { refreshToken = session.Text("refreshToken") })).IsProblemAsync(401, "unauthorized");

        await (await PutAsync(admin, login, "kitchen", true)).IsAsync(200);
        await (await app.PostAsync("/api/v1/auth/login", null, new { login, password })).IsProblemAsync(401, "invalid_credentials");
        await (await PutAsync(admin, login, "kitchen", false)).IsAsync(200);
        Assert.Equal("kitchen", (await SignInAsync(login, password)).GetProperty("user").Text("role"));
    }

    [Fact]
    public async Task Who_tried_too_often_is_let_in_again_and_a_new_password_ends_the_old_one()
    {
        var admin = await AdminAsync();
        var (login, password) = await AddAsync(admin, "waiter");
        for (var i = 0; i < 3; i++)
            await (await app.PostAsync("/api/v1/auth/login", null, new { login, password = "wrong" })).IsProblemAsync(401, "invalid_credentials");
        await (await app.PostAsync("/api/v1/auth/login", null, new { login, password })).IsProblemAsync(429, "too_many_attempts");
        Assert.NotEqual(JsonValueKind.Null, Assert.Single(await ListAsync(admin), person => person.Text("login") == login).GetProperty("lockedUntil").ValueKind);

        Assert.Equal(JsonValueKind.Null, (await (await app.PostAsync($"/api/v1/staff/{login}/unlock", admin)).IsAsync(200)).GetProperty("lockedUntil").ValueKind);
        var session = await SignInAsync(login, password);
        var next = (await (await app.PostAsync($"/api/v1/staff/{login}/password", admin)).IsAsync(200)).Text("temporaryPassword");
        await (await app.GetAsync("/api/v1/me", session.Text("accessToken"))).IsProblemAsync(401, "unauthorized");
        await (await app.PostAsync("/api/v1/auth/login", null, new { login, password })).IsProblemAsync(401, "invalid_credentials");
        await SignInAsync(login, next);
    }

    [Fact]
    public async Task Signed_out_everywhere_no_token_works_any_more()
    {
        var admin = await AdminAsync();
        var (login, password) = await AddAsync(admin, "waiter");
        var (phone, desk) = (await SignInAsync(login, password), await SignInAsync(login, password));
        Assert.Equal(0, (await (await app.PostAsync($"/api/v1/staff/{login}/sign-out", admin)).IsAsync(200)).Number("sessions"));
        await GoneAsync(phone, desk);

        // Of one's own accord, too.
        (login, password) = await AddAsync(admin, "waiter");
        (phone, desk) = (await SignInAsync(login, password), await SignInAsync(login, password));
        await (await app.PostAsync("/api/v1/auth/logout-everywhere", phone.Text("accessToken"))).IsAsync(204);
        await GoneAsync(phone, desk);
    }

    [Fact]
    public async Task A_temporary_password_is_changed_by_its_owner_who_stays_signed_in_here_alone()
    {
        var (login, password) = await AddAsync(await AdminAsync(), "waiter");
        var (here, there) = (await SignInAsync(login, password), await SignInAsync(login, password));
        await (await app.PostAsync("/api/v1/auth/password", here.Text("accessToken"), new { current = "wrong", next = "Dinner-At-Six" })).IsProblemAsync(422, "wrong_password");
        await (await app.PostAsync("/api/v1/auth/password", here.Text("accessToken"), new { current = password, next = "short" })).IsProblemAsync(400, "invalid_request");
        await (await app.PostAsync("/api/v1/auth/password", here.Text("accessToken"), new { current = password, next = "Dinner-At-Six" })).IsProblemAsync(429, "too_many_attempts");
        await (await app.PostAsync($"/api/v1/staff/{login}/unlock", await AdminAsync())).IsAsync(200);
        await (await app.PostAsync("/api/v1/auth/password", here.Text("accessToken"), new { current = password, next = "Dinner-At-Six" })).IsAsync(204);

        await (await app.GetAsync("/api/v1/me", here.Text("accessToken"))).IsAsync(200);
        await GoneAsync(there);
        await (await app.PostAsync("/api/v1/auth/login", null, new { login, password })).IsProblemAsync(401, "invalid_credentials");
        await SignInAsync(login, "Dinner-At-Six");
    }

    [Fact]
    public async Task Nobody_makes_or_touches_a_role_above_their_own()
    {
        var admin = await AdminAsync();
        var owner = await app.TokenAsync("owner", Role.SuperAdmin);
        var (login, _) = await AddAsync(owner, "super_admin");
        await (await app.PostAsync("/api/v1/staff", admin, new { login = "climber", fullName = "C", role = "super_admin" })).IsProblemAsync(403, "forbidden");
        await (await PutAsync(admin, login, "waiter", false)).IsProblemAsync(403, "forbidden");
        foreach (var deed in new[] { "password", "unlock", "sign-out" })
            await (await app.PostAsync($"/api/v1/staff/{login}/{deed}", admin)).IsProblemAsync(403, "forbidden");
        await (await PutAsync(admin, "kitchen1", "super_admin", false)).IsProblemAsync(403, "forbidden");
        await (await PutAsync(admin, "kitchen1", "student", false)).IsProblemAsync(400, "invalid_request");
        await (await PutAsync(admin, "student1", "kitchen", false)).IsProblemAsync(404, "not_found");
        await (await PutAsync(admin, "no/body", "kitchen", false)).IsProblemAsync(404, "not_found");
        await (await app.GetAsync("/api/v1/staff", await app.TokenAsync("manager1", Role.Manager))).IsProblemAsync(403, "forbidden");
        await (await PutAsync(owner, login, "waiter", false)).IsAsync(200);
    }

    [Fact]
    public async Task The_last_admin_stays_one_also_when_two_take_the_role_from_each_other_at_once()
    {
        var owner = await app.TokenAsync("owner", Role.SuperAdmin, "spice-route");
        async Task<string> AdminAsync()
        {
            var login = $"sp-{Guid.NewGuid():N}"[..16];
            await (await app.PostAsync("/api/v1/staff", owner, new { login, fullName = "A", role = "admin" })).IsAsync(201);
            return login;
        }

        var (one, two) = (await AdminAsync(), await AdminAsync());
        async Task<int> DemoteAsync(string login, string by)
            => (int)(await PutAsync(await app.TokenAsync(by, Role.Admin, "spice-route"), login, "manager", false)).StatusCode;
        var statuses = await Task.WhenAll(DemoteAsync(one, two), DemoteAsync(two, one));
        Assert.Equal([200, 409], statuses.Order());
    }

    private Task<string> AdminAsync() => app.TokenAsync("admin-001", Role.Admin);

    private Task<HttpResponseMessage> PutAsync(string token, string login, string role, bool disabled)
        => app.SendAsync(HttpMethod.Put, $"/api/v1/staff/{login}", token, new { fullName = "Somebody", role, disabled });

    private async Task<(string Login, string Password)> AddAsync(string token, string role)
    {
        var login = $"st-{Guid.NewGuid():N}"[..16];
        var added = await (await app.PostAsync("/api/v1/staff", token, new { login, fullName = "New Person", role })).IsAsync(201);
        return (login, added.Text("temporaryPassword"));
    }

    private async Task<JsonElement> SignInAsync(string login, string password)
        => await (await app.PostAsync("/api/v1/auth/login", null, new { login, password })).IsAsync(200);

    private async Task<JsonElement[]> ListAsync(string token)
        => [.. (await (await app.GetAsync("/api/v1/staff", token)).IsAsync(200)).GetProperty("items").EnumerateArray()];

    private async Task GoneAsync(params JsonElement[] sessions)
    {
        foreach (var session in sessions)
        {
            await (await app.GetAsync("/api/v1/me", session.Text("accessToken"))).IsProblemAsync(401, "unauthorized");
            await (await app.PostAsync("/api/v1/auth/refresh", null, new { refreshToken = session.Text("refreshToken") })).IsProblemAsync(401, "unauthorized");
        }
    }
}
