using Npgsql;

namespace Cafeteria.Tests;

/// <summary>Two silo processes on one database that people reach under two addresses: one serves, the other waits.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private readonly SiloProcess[] _silos;
    private readonly CafeteriaClient[] _clients;

    private Pair(string connectionString, SiloProcess[] silos, Session manager)
    {
        (_silos, Manager) = (silos, manager);
        _clients = [.. silos.Select(silo => new CafeteriaClient(silo))];
        Source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
    }

    public Session Manager { get; }

    /// <summary>The rows themselves, past everything.</summary>
    public NpgsqlDataSource Source { get; }

    public IReadOnlyList<CafeteriaClient> Clients => _clients;

    public static async Task<Pair> OpenAsync(string connectionString, IReadOnlyDictionary<string, string?>? environment)
    {
        var settings = RunningCafeteria.Quick(connectionString);
        settings = settings with { Settings = new Dictionary<string, string?>([.. settings.Settings, .. environment ?? new Dictionary<string, string?>()]) };
        // The first makes the first data and serves; it is not disposed with its cafeteria, but with the pair.
        var first = await RunningCafeteria.OpenAsync(settings);
        first.Client.Dispose();
        var second = SiloProcess.Launch(settings);
        await second.WaitForAsync("/healthz", System.Net.HttpStatusCode.OK, SiloProcess.StartLimit);
        return new Pair(connectionString, [first.Silo, second], first.Manager);
    }

    /// <summary>Who serves now; waits for one. Whoever has ended is started again meanwhile, as a supervisor would.</summary>
    public async Task<SiloProcess> ServingAsync()
    {
        SiloProcess? serving = null;
        await Eventually.TrueAsync(
            async () =>
            {
                await RestartTheDeadAsync();
                foreach (var silo in _silos)
                    if (!silo.HasExited && await silo.IsReadyAsync())
                        serving = silo;
                return serving is not null;
            },
            Patience,
            () => $"one of the two should serve\n{string.Join('\n', _silos.Select(silo => silo.Log.TailAsync().Result))}");
        return serving!;
    }

    public CafeteriaClient ClientOf(SiloProcess silo) => _clients[Array.IndexOf(_silos, silo)];

    /// <summary>Whoever has ended is started again, and waits.</summary>
    public async Task RestartTheDeadAsync()
    {
        for (var i = 0; i < _silos.Length; i++)
            if (_silos[i].HasExited)
            {
                var settings = _silos[i].Settings;
                await _silos[i].DisposeAsync();
                _silos[i] = SiloProcess.Launch(settings);
                await _silos[i].WaitForAsync("/healthz", System.Net.HttpStatusCode.OK, SiloProcess.StartLimit);
            }
    }

    /// <summary>As when the network between the leader and the database broke, and the database was the first to notice.</summary>
    public async Task TakeLockAwayAsync()
    {
        await using var command = Source.CreateCommand(
            """
            select pg_terminate_backend(a.pid) from pg_stat_activity a join pg_locks l using (pid)
            where a.datname = current_database() and l.locktype = 'advisory' and l.granted and a.pid <> pg_backend_pid()
            """);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        foreach (var silo in _silos)
            await silo.DisposeAsync();
        await Source.DisposeAsync();
    }
}
