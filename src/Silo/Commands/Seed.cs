using Cafeteria.Silo.FirstData;

namespace Cafeteria.Silo.Commands;

/// <summary><c>seed</c>: first data without serving.</summary>
internal static class Seed
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);

    public static readonly Verb Verb = new(
        "seed", "[--data DIR]", "give a new database its first menu and stock",
        """
        Gives every tenant that begins with something (iut, spice-route) its menu and stock, and in
        Development its people. What is there already is never touched: a second time changes nothing.
        A serving process does the same at its start, unless FirstData__Enabled=false.
        Refused while a process serves the database.

          --data DIR   where the private PostgreSQL keeps its files
        """,
        ["--data"], [], 0, RunAsync);

    private static async Task<int> RunAsync(VerbContext context)
    {
        await using (var database = await context.OpenDatabaseAsync())
        {
            if ((await database.SchemaAsync()).Missing.Count == 0 && await database.ServingAsync() is { IsServed: true } serving)
                throw new RefusedException($"{serving.Leader ?? "A cluster"} serves this database and has loaded the first data at its start; stop it to load them from here.");
        }

        string[] data = context.Option("--data") is { } directory ? ["--data", directory] : [];
        await using var application = await SiloApplication.BuildAsync(["--urls", "http://127.0.0.1:0", .. data], builder =>
        {
            builder.Configuration["FirstData:Enabled"] = "false"; // asked for here, once, and waited for
            builder.Configuration["Logging:LogLevel:Default"] = "Warning";
        });
        await application.Web.StartAsync();
        try
        {
            using var patience = new CancellationTokenSource(Within);
            await application.Web.Services.GetRequiredService<FirstDataLoader>().LoadAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new RefusedException($"The first data could not be loaded within {Within.TotalMinutes} minutes; run it again, it goes on where it was.");
        }
        finally
        {
            await application.Web.StopAsync();
        }

        Console.WriteLine("Every tenant has its first data.");
        return Verb.Ok;
    }
}
