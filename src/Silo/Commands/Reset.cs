using Cafeteria.Persistence;

namespace Cafeteria.Silo.Commands;

/// <summary><c>reset</c>: back to the first day.</summary>
internal static class Reset
{
    public static readonly Verb Verb = new(
        "reset", "[--yes-wipe NAME] [--data DIR]", "wipe orders and tokens, put stock back to its start",
        """
        Takes away all orders with their tickets, stock deductions and numbers, and every session and
        token: everybody signs in again. Accounts, menu, prices and stations stay, and every item has
        again what it was first given. All of it or nothing; the books are checked afterwards.

        At a terminal it asks for the database's name. Elsewhere, and always in Production, the name
        must be given with --yes-wipe. Refused while a process serves the database: stop it first.

          --yes-wipe NAME   the database's name: yes, this one
          --data DIR        where the private PostgreSQL keeps its files
        """,
        ["--yes-wipe", "--data"], [], 0, RunAsync);

    private static async Task<int> RunAsync(VerbContext context)
    {
        await using var database = await context.OpenCurrentDatabaseAsync(exactly: true);
        AssertMeant(context, database);
        if (await Wipe.RunAsync(database) is not { } wiped)
        {
            var serving = await database.ServingAsync();
            throw new RefusedException($"{Who(serving)} this database; nothing was wiped: stop it first.");
        }

        Console.WriteLine($"{database.Name} at {database.Place}: {wiped.Orders} orders and {wiped.LedgerRows} ledger rows are gone, {wiped.Items} items have their first stock, {wiped.Accounts} people were signed out.");
        return Report.Print(await Books.ReadAsync(database)) ? Verb.Ok : Verb.Failed;
    }

    private static string Who(Serving serving) => serving.Silos switch
    {
        0 => $"The process {serving.Leader ?? "of another"} serves",
        1 => "A silo serves",
        _ => $"A cluster of {serving.Silos} silos serves",
    };

    private static void AssertMeant(VerbContext context, Maintenance database)
    {
        if (context.Option("--yes-wipe") is { } named)
        {
            if (named != database.Name)
                throw new RefusedException($"--yes-wipe names {named}, and this is the database {database.Name} at {database.Place}; nothing was wiped.");
            return;
        }

        if (context.Builder.Environment.IsProduction())
            throw new RefusedException($"This is Production; nothing was wiped. If {database.Name} at {database.Place} is meant, say so: reset --yes-wipe {database.Name}.");
        if (Console.IsInputRedirected)
            throw new RefusedException($"Nobody can be asked here; nothing was wiped. If {database.Name} at {database.Place} is meant, say so: reset --yes-wipe {database.Name}.");
        Console.Write($"All orders of {database.Name} at {database.Place} will be gone. Type the database's name to go on: ");
        if (Console.ReadLine()?.Trim() != database.Name)
            throw new RefusedException("Nothing was wiped.");
    }
}
