using System.Net.Http.Headers;
using System.Text;
using Cafeteria.Accounts;
using Cafeteria.Menu;

namespace Cafeteria.Tests.Menu;

[Collection(AppCollection.Name)]
public sealed class PictureTests(CafeteriaApp app)
{
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Fact]
    public async Task A_picture_is_shown_on_the_menu_kept_for_ever_and_runs_nothing()
    {
        var (id, manager) = (await app.AddDishAsync(0), await app.TokenAsync("manager1", Role.Manager));
        var url = (await (await PutAsync(id, Png, manager)).IsAsync(200)).Text("imageUrl");
        Assert.Equal(url, (await (await app.GetAsync($"/api/v1/menu/items/{id}")).IsAsync(200)).Text("imageUrl"));

        using var picture = await app.GetAsync(url);
        Assert.Equal(Png, await picture.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png", picture.Content.Headers.ContentType?.MediaType);
        Assert.Equal("public, max-age=31536000, immutable", Assert.Single(picture.Headers.NonValidated["Cache-Control"]));
        Assert.Equal(["default-src 'none'"], picture.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal(["nosniff"], picture.Headers.GetValues("X-Content-Type-Options"));

        var next = (await (await PutAsync(id, [.. Png, 0], manager)).IsAsync(200)).Text("imageUrl");
        Assert.NotEqual(url, next);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await (await app.SendAsync(HttpMethod.Delete, $"/api/v1/menu/items/{id}/picture", manager)).IsAsync(200)).GetProperty("imageUrl").ValueKind);
        await (await app.GetAsync(next[..^1] + (next[^1] == '0' ? '1' : '0'))).IsProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task What_is_no_picture_or_too_large_is_refused_whatever_it_is_called()
    {
        var (id, manager) = (await app.AddDishAsync(0), await app.TokenAsync("manager1", Role.Manager));
        await (await PutAsync(id, Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"), manager)).IsProblemAsync(415, "unsupported_media_type");
        await (await PutAsync(id, [], manager)).IsProblemAsync(415, "unsupported_media_type");
        await (await PutAsync(id, [.. Png, .. new byte[PictureEndpoints.MaxBytes]], manager)).IsProblemAsync(413, "body_too_large");
        await (await PutAsync(id, [.. Png, .. new byte[PictureEndpoints.MaxBytes - Png.Length]], manager)).IsAsync(200);
        await (await PutAsync("no-such-dish", Png, manager)).IsProblemAsync(404, "not_found");
        await (await PutAsync(id, Png, await app.TokenAsync("kitchen1", Role.Kitchen))).IsProblemAsync(403, "forbidden");
        await (await app.GetAsync($"/api/v1/menu/pictures/elsewhere/{id}/{new string('0', 32)}")).IsProblemAsync(404, "not_found");
    }

    [Theory]
    [InlineData("ffd8ffe000104a464946", "image/jpeg")]
    [InlineData("524946460000000057454250565038", "image/webp")]
    [InlineData("52494646000000005741564556503820", null)]
    [InlineData("474946383961", null)]
    public void A_picture_is_known_by_its_first_bytes(string bytes, string? type) => Assert.Equal(type, PictureEndpoints.MediaTypeOf(Convert.FromHexString(bytes)));

    [Fact]
    public async Task Prices_of_the_past_are_remembered_with_who_set_them()
    {
        var (id, manager) = (await app.AddDishAsync(0), await app.TokenAsync("price-manager", Role.Manager));
        await (await app.SendAsync(HttpMethod.Put, $"/api/v1/menu/items/{id}", manager, new { name = id, categoryId = "main", price = new { amount = 12500, currency = "BDT" } })).IsAsync(200);

        var prices = (await (await app.GetAsync($"/api/v1/menu/items/{id}/prices", manager)).IsAsync(200)).GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal([(12500, "price-manager"), (10000, "manager1")], prices.Select(price => (price.GetProperty("price").Number("amount"), price.Text("by"))));
        await (await app.GetAsync("/api/v1/menu/items/no-such-dish/prices", manager)).IsProblemAsync(404, "not_found");
    }

    private Task<HttpResponseMessage> PutAsync(string id, byte[] body, string token)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return app.SendAsync(HttpMethod.Put, $"/api/v1/menu/items/{id}/picture", token, content);
    }
}
