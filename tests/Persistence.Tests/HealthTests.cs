using Cafeteria.Persistence;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Cafeteria.Tests;

public sealed class HealthTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Between saying that the database is back and waking who waited for it, it may go again.</summary>
    [Fact]
    public async Task Who_waits_for_the_end_of_an_outage_is_not_woken_by_the_end_of_the_one_before()
    {
        await using var process = await Process.OpenNewAsync();
        using var proxy = new CuttingProxy(process.Database.ConnectionString);
        await using var source = NpgsqlDataSource.Create(proxy.ConnectionString);
        var told = new Teller();
        using var health = new DatabaseHealth(process.Database.Gate, told);
        health.Watch(source);
        Task? second = null;
        told.OnReachableAgain = () =>
        {
            proxy.Dispose();
            health.Lost("gone again");
            second = health.WaitUntilUsableAsync(Patience);
        };

        health.Lost("gone");
        await health.WaitUntilUsableAsync(Patience);

        Assert.True(second is not null, $"The database should have been found within {Patience.TotalSeconds} s.");
        Assert.False(second.IsCompleted, "The database is gone, and who waits for it was told that it is back.");
    }

    private sealed class Teller : ILogger
    {
        public Action? OnReachableAgain { get; set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel is LogLevel.Information)
                OnReachableAgain?.Invoke();
        }
    }
}
