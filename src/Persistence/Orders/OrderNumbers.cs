using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>
/// Numbers of a tenant's day from a block of this process's own. The next block is fetched while the second half of the
/// current one is being handed out, and blocks grow while they last less than a second, so that in a rush nobody waits for
/// a number: blocks of a hundred, at five thousand orders a second, were a commit and a queue every 20 ms.
/// </summary>
internal sealed class OrderNumbers(Database database)
{
    private const int SmallestBlock = 100;
    private const int LargestBlock = 6_400;
    private static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongLife = TimeSpan.FromSeconds(10);

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

    private Task<int> TakeBlockAsync(string tenant, DateOnly day, int size) =>
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
                    Parameters = { new() { Value = tenant }, new() { Value = day }, new() { Value = size } },
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
        private int _size = SmallestBlock;
        private long _begun = Stopwatch.GetTimestamp();
        private (Task<int> First, int Size)? _fetching;

        public async ValueTask<int> NextAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                Task<int> fetching;
                lock (_lock)
                {
                    if (_left == 0 && _fetching is { First: { IsCompletedSuccessfully: true } first, Size: var fetched })
                        Begin(first.Result, fetched);
                    if (_left <= _size / 2 && _fetching is null or { First.IsFaulted: true })
                        Fetch();
                    if (_left > 0)
                    {
                        _left--;
                        return _next++;
                    }

                    fetching = _fetching!.Value.First;
                }

                await fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        private void Begin(int first, int size) =>
            (_next, _left, _size, _begun, _fetching) = (first, size, size, Stopwatch.GetTimestamp(), null);

        private void Fetch()
        {
            // Half of the current block is gone, in this time.
            var halfLife = Stopwatch.GetElapsedTime(_begun);
            var size = _left == 0 ? SmallestBlock
                : halfLife < ShortLife ? Math.Min(_size * 4, LargestBlock)
                : halfLife > LongLife ? Math.Max(_size / 4, SmallestBlock)
                : _size;
            using (ExecutionContext.SuppressFlow())
                _fetching = (Task.Run(() => numbers.TakeBlockAsync(tenant, date, size)), size);
        }
    }
}
