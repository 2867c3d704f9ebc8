using System.Globalization;
using Cafeteria.Persistence;

namespace Cafeteria.Silo.Commands;

/// <summary><c>prune</c>: what ended long ago makes room.</summary>
internal static class PruneOrders
{
    // A month's reports and complaints, and any retry of a client, are long over.
    private const int FewestDays = 62;
    private const int MostDays = 36_500;

    public static readonly Verb Verb = new(
        "prune", "--keep DAYS [--list] [--data DIR]", "take away orders that ended long ago",
        $"""
        Takes away orders that were placed and ended more than DAYS days ago ({FewestDays} at least), with their
        tickets and stock deductions; reports of those days are empty afterwards. Receipts, write-offs,
        counts, people, menu and the audit stay, and the books balance as before. Nothing is ever taken
        away without this verb. It works while processes serve, some hundred orders at a time; stopped
        half way, it goes on where it was the next time. Take a backup first.

          --keep DAYS   how many days stay
          --list        only say how much would be taken away
          --data DIR    where the private PostgreSQL keeps its files
        """,
        ["--keep", "--data"], ["--list"], 0, RunAsync);

    private static async Task<int> RunAsync(VerbContext context)
    {
        if (!int.TryParse(context.Option("--keep"), NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days > MostDays)
            throw new UsageException("Say how many days stay: prune --keep 400.");
        if (days < FewestDays)
            throw new RefusedException($"{FewestDays} days stay at least: reports, complaints and retries look back on them. Nothing was taken away.");
        await using var database = await context.OpenCurrentDatabaseAsync(exactly: true);
        var before = DateTimeOffset.UtcNow.AddDays(-days);
        var listed = context.Has("--list");
        var pruned = await Prune.RunAsync(database, before, listed);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{database.Name} at {database.Place}: {pruned.Orders} orders from before {before:yyyy-MM-dd} and {pruned.LedgerRows} ledger rows {(listed ? "would go" : "are gone")}."));
        if (pruned.Waiting > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pruned.Waiting} more stay until their items' ledger is counted, which a silo does when it starts to sell them."));
        return listed || Report.Print(await Books.ReadAsync(database)) ? Verb.Ok : Verb.Failed;
    }
}
