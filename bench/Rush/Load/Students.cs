using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cafeteria.Accounts;
using Npgsql;

namespace Cafeteria.Bench.Rush;

/// <summary>Who comes: signed in beforehand, for a rush is not about passwords.</summary>
internal sealed record Students(string[] Tokens, string ManagerToken)
{
    /// <summary>With a key of one's own: for a server that is told which.</summary>
    public static Students Sign(byte[] key, int count, string tenant = "iut") => new(
        [.. Enumerable.Range(1, count).Select(n => Token(key, string.Create(CultureInfo.InvariantCulture, $"rush-{n:0000}"), "student", tenant))],
        Token(key, "rush-manager", "manager", tenant));

    /// <summary>With the key that the installation keeps in its database.</summary>
    public static async Task<Students> SignWithKeyOfAsync(string connectionString, int count) => Sign(await KeyOfAsync(connectionString), count);

    public static async Task<byte[]> KeyOfAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        // As the product makes it, if it has not yet.
        await using var make = source.CreateCommand("insert into secrets (name, secret) values ('jwt-signing', $1) on conflict (name) do nothing");
        make.Parameters.AddWithValue(RandomNumberGenerator.GetBytes(32));
        await make.ExecuteNonQueryAsync();
        await using var read = source.CreateCommand("select secret from secrets where name = 'jwt-signing'");
        return (byte[])(await read.ExecuteScalarAsync())!;
    }

    /// <summary>Real accounts, made now: for a server whose database is out of reach. Slow, for passwords are meant to be.</summary>
    public static async Task<Students> SignInAsync(HttpClient http, string manager, int count)
    {
        var (login, password) = manager.Split(':', 2) is [var name, var word] ? (name, word) : throw new RushException("--manager is LOGIN:PASSWORD.");
        var visit = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var tokens = new string[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (n, cancellationToken) =>
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"rush-{visit}-{n}");
            using var registered = await http.PostAsJsonAsync(
                "api/v1/auth/register", new { studentId = id, email = $"{id}@example.org", password = $"{visit}-password", fullName = $"Student {n}" }, cancellationToken);
            registered.EnsureSuccessStatusCode();
            tokens[n] = await TokenAsync(http, id, $"{visit}-password");
        });
        return new Students(tokens, await TokenAsync(http, login, password));
    }

    private static async Task<string> TokenAsync(HttpClient http, string login, string password)
    {
        using var response = await http.PostAsJsonAsync("api/v1/auth/login", new { login, password });
        if (!response.IsSuccessStatusCode)
            throw new RushException($"{login} cannot sign in: {(int)response.StatusCode}.");
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!;
    }

    private static string Token(byte[] key, string login, string role, string tenant)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["sub"] = login,
            ["tenant_id"] = tenant,
            ["role"] = role,
            ["sid"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            ["name"] = $"Rush {login}",
            ["iat"] = now - 10,
            ["exp"] = now + 6 * 3600,
            ["iss"] = "cafeteria",
            ["aud"] = "cafeteria-api",
        };
        return Jwt.Sign(key, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(claims)));
    }
}

/// <summary>The run cannot go on; the message says why, and what to do.</summary>
internal sealed class RushException(string message) : Exception(message);
