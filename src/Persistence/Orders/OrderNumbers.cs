using System.Collections.Concurrent;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>
/// Numbers of a tenant's day from a block of this process's own. The next block is fetched while the last quarter of the
/// current one is being handed out, so that in a rush nobody waits for a number.
/// </summary>
internal sealed class OrderNumbers(Database database)
{
    private const int BlockSize = 100;

    private readonly ConcurrentDictionary<(string Tenant, DateOnly Date), Day> _days = new();

    public ValueTask<int> NextAsync(string tenant, DateOnly day, CancellationToken cancellationToken)
    {
        if (!_days.TryGetValue((tenant, day), out var current))
        {
            current = _days.GetOrAdd((tenant, day), static (key, numbers) => new Day(numbers, key.Tenant, key.Date), this);
            // Around midnight, yesterday's last and today's first orders ask in any order.
            foreach (var old in _days.Keys)
                if (old.Tenant == tenant && old.Date < day.AddDays(-1))
                    _days.TryRemove(old, out _);
        }

        return current.NextAsync(cancellationToken);
    }

    private Task<int> TakeBlockAsync(string tenant, DateOnly day) =>
        database.QueryAsync(
            "take order numbers",
            // Sent twice, it can leave a gap; gaps are allowed.
            Sending.Repeatable,
            async (connection, token) =>
            {
                var command = new NpgsqlCommand("""
                    insert into order_numbers as n (tenant, day, next) values ($1, $2, 1 + $3)
                    on conflict (tenant, day) do update set next = n.next + $3
                    returning next - $3
                    """, connection)
                {
                    Parameters = { new() { Value = tenant }, new() { Value = day }, new() { Value = BlockSize } },
                };
                await using var disposing = command.ConfigureAwait(false);
                return (int)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
            },
            CancellationToken.None);

    private sealed class Day(OrderNumbers numbers, string tenant, DateOnly date)
    {
        private readonly Lock _lock = new();
        private int _next;
        private int _left;
        private Task<int>? _fetching;

        public async ValueTask<int> NextAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                Task<int> fetching;
                lock (_lock)
                {
                    if (_left == 0 && _fetching is { IsCompletedSuccessfully: true })
                        (_next, _left, _fetching) = (_fetching.Result, BlockSize, null);
                    if (_left <= BlockSize / 4 && _fetching is null or { IsFaulted: true })
                        using (ExecutionContext.SuppressFlow())
                            _fetching = Task.Run(() => numbers.TakeBlockAsync(tenant, date));
                    if (_left > 0)
                    {
                        _left--;
                        return _next++;
                    }

                    fetching = _fetching!;
                }

                await fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
