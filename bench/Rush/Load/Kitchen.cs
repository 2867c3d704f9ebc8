using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Cafeteria.Bench.Rush;

internal readonly record struct Account(int OnHand, int Held, int Sold, int Received, int WrittenOff)
{
    public bool Balances => OnHand >= 0 && Held >= 0 && Received == OnHand + Held + Sold + WrittenOff;
}

/// <summary>The cafeteria as its manager sees it: sets it up before a rush, and knows its books.</summary>
/// <param name="dishes">How many there are to be; the dish that is sold out comes on top.</param>
internal sealed class Kitchen(HttpClient http, string managerToken, int dishes = Appetite.Dishes)
{
    private readonly string[] _items = [.. Appetite.Ids(dishes), Appetite.SoldOutDish];

    /// <summary>The same one, at a server that was started anew.</summary>
    public Kitchen At(HttpClient server) => new(server, managerToken, _items.Length - 1);

    /// <summary>As many cooks as there can be, and dishes that cook themselves.</summary>
    public async Task StaffAsync()
    {
        foreach (var station in JsonDocument.Parse((await GetAsync("kitchen/stations"))!).RootElement.GetProperty("items").EnumerateArray())
        {
            using var configured = await SendAsync(HttpMethod.Put, $"kitchen/stations/{station.GetProperty("id").GetString()}", new { cooks = 100, mode = "auto" });
            if (!configured.IsSuccessStatusCode)
                throw new RushException($"A station cannot be staffed: {(int)configured.StatusCode}");
        }
    }

    /// <summary>Tickets that are not done.</summary>
    public async Task<int> QueuedAsync() => JsonDocument.Parse((await GetAsync("kitchen/stations"))!).RootElement.GetProperty("items").EnumerateArray()
        .Sum(station => station.GetProperty("queued").GetInt32() + station.GetProperty("cooking").GetInt32());

    /// <summary>The rush's dishes on the menu, each with this many portions more.</summary>
    public async Task SetUpAsync(int portions, int prepSeconds = 2)
    {
        var menu = await FirstMenuAsync();
        var category = menu.GetProperty("categories")[0].GetProperty("id").GetString()!;
        var currency = menu.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("price").GetProperty("currency").GetString()).FirstOrDefault() ?? "BDT";
        await Parallel.ForEachAsync(_items, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (item, _) =>
        {
            var dish = new { id = item, name = $"Dish {item}", categoryId = category, price = new { amount = 12_000, currency }, prepSeconds };
            using var added = await SendAsync(HttpMethod.Post, "menu/items", dish);
            if (added.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.Conflict))
                throw new RushException($"{item} cannot be put on the menu: {(int)added.StatusCode} {await added.Content.ReadAsStringAsync(CancellationToken.None)}");
            if (item == Appetite.SoldOutDish)
                return;
            using var received = await SendAsync(HttpMethod.Post, $"stock/{item}/receive", new { quantity = portions });
            if (!received.IsSuccessStatusCode)
                throw new RushException($"{item} cannot be received: {(int)received.StatusCode}");
        });
    }

    public async Task<Dictionary<string, Account>> AccountsAsync()
    {
        var accounts = new Dictionary<string, Account>(StringComparer.Ordinal);
        foreach (var item in _items)
            accounts[item] = JsonSerializer.Deserialize<Account>(await GetAsync($"stock/{item}") ?? throw new RushException($"{item} has no account."), JsonSerializerOptions.Web);
        return accounts;
    }

    /// <summary>Null: there is none.</summary>
    public async Task<JsonElement?> OrderAsync(string id) => await GetAsync($"orders/{id}") is { } json ? JsonDocument.Parse(json).RootElement : null;

    /// <summary>The first data of a new tenant takes a moment.</summary>
    private async Task<JsonElement> FirstMenuAsync()
    {
        var until = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            if (await GetAsync("menu") is { } json && JsonDocument.Parse(json).RootElement is var menu && menu.GetProperty("categories").GetArrayLength() > 0)
                return menu;
            if (DateTime.UtcNow > until)
                throw new RushException("The menu has no category after 30 s; start the server with its first data (FirstData:Enabled).");
            await Task.Delay(100);
        }
    }

    /// <summary>Asked until answered: a server that is just starting again says 503.</summary>
    private async Task<string?> GetAsync(string path)
    {
        for (var tries = 0; ; tries++)
        {
            using var response = await SendAsync(HttpMethod.Get, path, null);
            if (response.IsSuccessStatusCode)
                return await response.Content.ReadAsStringAsync();
            if (response.StatusCode is HttpStatusCode.NotFound)
                return null;
            if (tries == 100)
                throw new RushException($"{path} answers {(int)response.StatusCode}.");
            await Task.Delay(100);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, $"api/v1/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", managerToken);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        return await http.SendAsync(request);
    }
}
