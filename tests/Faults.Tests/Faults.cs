using Npgsql;

namespace Cafeteria.Tests;

internal enum Fault
{
    SiloKilled,
    SiloStopped,

    /// <summary>It sleeps for longer than holds, claims and locks last, and nobody takes its place: it goes on.</summary>
    SiloFrozen,

    /// <summary>It sleeps, and another has taken its place when it wakes: it must write nothing.</summary>
    SiloDeposedInItsSleep,
    DatabaseKilled,
    DatabaseRestarted,
    DatabaseFrozen,
    ConnectionsCut,

    /// <summary>No room for tables: statements fail.</summary>
    DiskFull,

    /// <summary>No room for the log: the server goes down, and is started again when there is room.</summary>
    LogDiskFull,

    /// <summary>A tenth of a second for each commit.</summary>
    SlowCommits,

    /// <summary>The machine's clock is set forward by more than holds, claims and locks last, then back for a while.</summary>
    ClockSet,
    TrackersCut,
}

/// <summary>Things that happen to a running cafeteria, and their end.</summary>
internal sealed class Faults(PostgresServer server, SmallDisk? disk, SmallDisk? logDisk, MachineClock? clock, Pair pair, Diners diners, Random random)
{
    /// <summary>Holds are asked about after two seconds in this cafeteria, claims are free again after five.</summary>
    private static readonly TimeSpan LongerThanEveryLease = TimeSpan.FromSeconds(6);

    public async Task HappenAsync(Fault fault)
    {
        switch (fault)
        {
            case Fault.SiloKilled:
                (await pair.ServingAsync()).Kill();
                break;
            case Fault.SiloStopped:
                await (await pair.ServingAsync()).StopAsync(TimeSpan.FromSeconds(30));
                break;
            case Fault.SiloFrozen:
                var frozen = await pair.ServingAsync();
                frozen.Freeze();
                await Task.Delay(LongerThanEveryLease);
                frozen.Thaw();
                break;
            case Fault.SiloDeposedInItsSleep:
                var deposed = await pair.ServingAsync();
                deposed.Freeze();
                await pair.TakeLockAwayAsync();
                await pair.ServingAsync();
                await Task.Delay(LongerThanEveryLease);
                deposed.Thaw();
                Assert.Equal(3, await deposed.WaitForExitAsync(TimeSpan.FromSeconds(20)));
                break;
            case Fault.DatabaseKilled:
                await server.KillAsync();
                await SomeTimeAsync();
                await server.StartAgainAsync();
                break;
            case Fault.DatabaseRestarted:
                await server.StopAsync();
                await SomeTimeAsync();
                await server.StartAgainAsync();
                break;
            case Fault.DatabaseFrozen:
                server.Freeze();
                await Task.Delay(LongerThanEveryLease);
                server.Thaw();
                break;
            case Fault.ConnectionsCut:
                for (var i = 0; i < 15; i++)
                {
                    await ExecuteAsync(
                        """
                        select pg_terminate_backend(pid) from pg_stat_activity
                        where datname = current_database() and pid <> pg_backend_pid() order by random() limit 1
                        """);
                    await Task.Delay(random.Next(20, 150));
                }

                break;
            case Fault.DiskFull when disk is not null:
                disk.Fill();
                await SomeTimeAsync();
                await SomeTimeAsync();
                disk.Clear();
                break;
            case Fault.LogDiskFull when logDisk is not null:
                await UseUpTheLogAsync(logDisk);
                await SomeTimeAsync();
                logDisk.Clear();
                await server.StartAgainAsync();
                break;
            case Fault.SlowCommits:
                await ConfigureAsync("alter system set commit_delay = 100000", "alter system set commit_siblings = 0");
                await SomeTimeAsync();
                await ConfigureAsync("alter system reset commit_delay", "alter system reset commit_siblings");
                break;
            case Fault.ClockSet when clock is not null:
                await clock.AdvanceAsync(LongerThanEveryLease);
                await clock.GoBackAsync(LongerThanEveryLease);
                break;
            case Fault.TrackersCut:
                for (var i = 0; i < 5; i++)
                {
                    diners.CutTrackers();
                    await Task.Delay(random.Next(50, 400));
                }

                break;
        }

        await pair.ServingAsync();
        await pair.RestartTheDeadAsync();
    }

    /// <summary>Until the server finds no room for the next piece of its log; what a checkpoint frees meanwhile is taken again.</summary>
    private Task UseUpTheLogAsync(SmallDisk disk) => Eventually.TrueAsync(
        async () =>
        {
            disk.Fill();
            try
            {
                await ExecuteAsync("select pg_logical_emit_message(true, 'faults', 'so that there is something to log'), pg_switch_wal()");
                return false;
            }
            catch (NpgsqlException)
            {
                return server.IsDown;
            }
        },
        TimeSpan.FromSeconds(30),
        () => "a server without room for its log should go down");

    private Task SomeTimeAsync() => Task.Delay(random.Next(300, 2_000));

    private async Task ConfigureAsync(params string[] statements)
    {
        foreach (var sql in statements)
            await ExecuteAsync(sql);
        await ExecuteAsync("select pg_reload_conf()");
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = pair.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
