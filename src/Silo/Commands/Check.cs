using System.Globalization;
using System.Text.Json;
using Cafeteria.Persistence;

namespace Cafeteria.Silo.Commands;

/// <summary><c>check</c>: is everything well?</summary>
internal static class Check
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    public static readonly Verb Verb = new(
        "check", "[--url URL] [--books] [--data DIR]", "ask every part's health, and add up the books",
        """
        Prints a table in words, a line for each part:
          database   reachable, and which version
          schema     the migrations that this version knows, or newer ones that only add
          leader     a process serves; who, since when, and how many stand by
          server     what the serving process says of its own parts (GET /api/health)
          stock      every item's head against its ledger, and nothing below zero
          orders     every order's lines against the ledger, and no ledger row without its order
          due        no order has waited for the sweeper for more than ten seconds

          --url URL    where the process answers (the first of the setting Urls)
          --books      only what can be asked while nobody serves: database, schema, stock, orders
          --data DIR   where the private PostgreSQL keeps its files
        """,
        ["--url", "--data"], ["--books"], 0, RunAsync);

    private static async Task<int> RunAsync(VerbContext context)
    {
        await using var database = await context.OpenDatabaseAsync();
        var good = Report.Line("database", true, $"PostgreSQL {database.ServerVersion} at {database.Place}, database {database.Name}");
        var schema = await database.SchemaAsync();
        good &= Report.Line("schema", schema.IsUsable, Words(schema));
        // Newer tables are read like ours; what is missing cannot be.
        if (schema.Missing.Count > 0)
            return Verb.Failed;

        if (!context.Has("--books"))
        {
            var serving = await database.ServingAsync();
            good &= Report.Line("leader", serving.IsServed, Words(serving));
            good &= await AskServerAsync(context);
        }

        var books = await Books.ReadAsync(database);
        good &= Report.Print(books);
        if (!context.Has("--books"))
            good &= Report.Line("due", books.Behind == 0, books.Behind == 0
                ? "no order waits for the sweeper"
                : string.Create(CultureInfo.InvariantCulture, $"{books.Behind} orders have been due for more than 10 s, the oldest since {books.OldestDue:u}"));
        return good ? Verb.Ok : Verb.Failed;
    }

    private static string Words(Schema schema) => schema switch
    {
        { Missing: [var first, ..] } => $"{schema.Missing.Count} migrations are missing, the first {first}: run migrate",
        { TooNew: { } taking } => $"{taking} took away what this version needs: run the version that made it",
        { Newer: [.., var last] } => $"{schema.Newer.Count} migrations ahead of this version, the newest {last}; they only add",
        _ => $"{schema.Applied.Count} migrations, the newest {schema.Applied[^1]}",
    };

    private static string Words(Serving serving) => serving switch
    {
        { Leader: { } leader } => string.Create(CultureInfo.InvariantCulture, $"{leader} serves since {serving.Since:u} (epoch {serving.Epoch}), {serving.Standbys} stand by"),
        { Silos: > 0 } => $"{serving.Silos} silos serve together",
        _ => "no process serves this database",
    };

    /// <summary>A standby says 503 too, and is no fault: the line tells what was asked.</summary>
    private static async Task<bool> AskServerAsync(VerbContext context)
    {
        var url = context.Option("--url") ?? context.Configuration["urls"] ?? "";
        if (!Uri.TryCreate(url.Split(';')[0], UriKind.Absolute, out _) && context.Option("--url") is not null)
            throw new UsageException($"'{url}' is no address; give one with --url http://localhost:8080.");
        var address = HealthProbe.AddressOf(url);
        using var http = new HttpClient { BaseAddress = address, Timeout = AnswerWithin };
        try
        {
            using var response = await http.GetAsync(new Uri("/api/health", UriKind.Relative));
            using var health = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            var parts = health.RootElement.GetProperty("checks").EnumerateObject().Select(part => $"{part.Name} {part.Value.GetString()}");
            return Report.Line("server", response.IsSuccessStatusCode, $"{address.GetLeftPart(UriPartial.Authority)}: {string.Join(", ", parts)}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException or KeyNotFoundException)
        {
            return Report.Line("server", false, $"{address.GetLeftPart(UriPartial.Authority)} does not answer as Cafeteria does ({e.GetType().Name}); --url says where it is");
        }
    }
}
