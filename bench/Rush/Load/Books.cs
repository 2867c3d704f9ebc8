using System.Collections.Concurrent;

namespace Cafeteria.Bench.Rush;

/// <summary>
/// What must be true after a rush, whatever its speed: every order that was acknowledged is there with its lines, every
/// item's account is right, every follower's last word is the order's state.
/// </summary>
internal sealed class Books(Kitchen kitchen, Tally tally)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    public static bool IsFinal(string status) => status is "completed" or "rejected" or "cancelled" or "failed";

    /// <summary>What is wrong, in words; empty when all is right.</summary>
    public async Task<IReadOnlyList<string>> BalanceAsync(Dictionary<string, Account> before, Followers? followers)
    {
        var wrong = new ConcurrentBag<string>(tally.Wrong);
        var sold = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(tally.Orders.Values, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (order, _) =>
        {
            var (fault, stands) = await CheckOrderAsync(order);
            if (fault is not null)
                wrong.Add(fault);
            if (stands)
                foreach (var line in order.Lines)
                    sold.AddOrUpdate(line.ItemId, line.Quantity, (_, count) => count + line.Quantity);
        });
        foreach (var fault in await CheckAccountsAsync(before, sold))
            wrong.Add(fault);
        if (followers is not null)
            foreach (var fault in await CheckFollowersAsync(followers))
                wrong.Add(fault);
        return [.. wrong];
    }

    private async Task<(string? Fault, bool Stands)> CheckOrderAsync(Acknowledged order)
    {
        if (await kitchen.OrderAsync(order.Id) is not { } found)
            return ($"order {order.Id} was acknowledged and is not there", false);
        var lines = found.GetProperty("lines").EnumerateArray()
            .Select(line => new Line(line.GetProperty("itemId").GetString()!, line.GetProperty("quantity").GetInt32()));
        if (!lines.ToHashSet().SetEquals(order.Lines))
            return ($"order {order.Id} has other lines than were ordered", false);
        return found.GetProperty("status").GetString() switch
        {
            // Taken as pending while a part was out of reach, and given up: said so to the student, and nothing sold.
            "rejected" when order.Status is "pending" or "rejected" => (null, false),
            "rejected" => ($"order {order.Id} was acknowledged as {order.Status}, and is rejected", false),
            "cancelled" or "failed" => ($"order {order.Id} was acknowledged, and ended although nobody asked for it", false),
            _ => (null, true),
        };
    }

    /// <summary>Holds whose outcome was unknown take a lease's time to settle.</summary>
    private async Task<IReadOnlyList<string>> CheckAccountsAsync(Dictionary<string, Account> before, IReadOnlyDictionary<string, int> sold)
    {
        var unknown = tally.Unknown.SelectMany(lines => lines).GroupBy(line => line.ItemId).ToDictionary(item => item.Key, item => item.Sum(line => line.Quantity), StringComparer.Ordinal);
        var until = DateTime.UtcNow + Patience;
        while (true)
        {
            List<string> wrong = [];
            foreach (var (item, account) in await kitchen.AccountsAsync())
            {
                var (fewest, more) = (sold.GetValueOrDefault(item), unknown.GetValueOrDefault(item));
                var counted = account.Sold - before[item].Sold;
                if (!account.Balances)
                    wrong.Add($"{item} does not balance: {account}");
                else if (account.Held != 0)
                    wrong.Add($"{item} still holds {account.Held}");
                else if (counted < fewest || counted > fewest + more)
                    wrong.Add($"{item} counts {counted} sold, acknowledged were {fewest}{(more > 0 ? $" and perhaps {more} more" : "")}");
            }

            if (wrong.Count == 0 || DateTime.UtcNow > until)
                return wrong;
            await Task.Delay(500);
        }
    }

    private async Task<IReadOnlyList<string>> CheckFollowersAsync(Followers followers)
    {
        var until = DateTime.UtcNow + Patience;
        while (true)
        {
            var wrong = new ConcurrentBag<string>();
            await Parallel.ForEachAsync(followers.LastWords, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (follower, _) =>
            {
                var order = await kitchen.OrderAsync(follower.Key);
                var (version, status) = (order?.GetProperty("version").GetInt32(), order?.GetProperty("status").GetString());
                if ((version, status) != (follower.Value.Version, follower.Value.Status))
                    wrong.Add($"the follower of {follower.Key} heard {follower.Value.Status} ({follower.Value.Version}) last, the order is {status} ({version})");
            });
            if (wrong.IsEmpty || DateTime.UtcNow > until)
                return [.. wrong];
            await Task.Delay(500);
        }
    }
}
