using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;
using Xunit.Abstractions;

namespace Cafeteria.Tests;

/// <summary>Another version is put in the place of this one while students order: a process at a time, behind nginx.</summary>
public sealed class ReleaseTests(ITestOutputHelper output)
{
    private const int Students = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Both_processes_are_replaced_and_no_client_that_tries_once_more_notices()
    {
        await using var cafeteria = await RunningCafeteria.OpenAsync();
        var first = cafeteria.Silo;
        var standby = await StandbyAsync(first.Settings with { Port = null });
        await using var nginx = await Nginx.BeforePairAsync(first.Address, standby.Address);
        using var client = nginx.Cafeteria();
        var dish = await cafeteria.AddDishAsync("release", 1_000_000);
        var buyers = new Buyers(client, await cafeteria.AdmitAsync("release", Students), dish);
        try
        {
            buyers.Start();
            await buyers.AcknowledgeAsync(100);

            // The new version's migrations run while the old one serves; they only add (docs/decisions/011).
            await ExecuteAsync(cafeteria, "alter table orders add column colour text; insert into migrations (name, hash) values ('998_colour.sql', 'of the next version')");
            await buyers.AcknowledgeAsync(50);

            await ReplaceAsync("first", first, standby, buyers);
            first = await StandbyAsync(first.Settings);
            await buyers.AcknowledgeAsync(100);

            await ReplaceAsync("second", standby, first, buyers);
            await buyers.CloseAsync();
            await AssertNothingLostAsync(cafeteria, first, buyers, dish);
        }
        finally
        {
            await buyers.CloseAsync();
            await first.DisposeAsync();
            await standby.DisposeAsync();
        }
    }

    private async Task AssertNothingLostAsync(RunningCafeteria cafeteria, SiloProcess serving, Buyers buyers, string dish)
    {
        Assert.Empty(buyers.Failures);
        var stock = Assert.Single(await RunningCafeteria.SettleAsync(cafeteria.Client, cafeteria.Manager, serving, dish));
        Assert.Equal(buyers.Acknowledged.Count, stock.Sold);
        foreach (var order in buyers.Acknowledged)
            Assert.Equal("completed", (await cafeteria.Client.GetOrderAsync(cafeteria.Manager, order.Id)).Value.Status);
        (await CommandRun.RunAsync(serving.Settings, "check", "--books")).Succeeded();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{buyers.Acknowledged.Count} orders; {buyers.TriedAgain} requests were tried once more; no answer to anybody for {buyers.LongestSilence.TotalMilliseconds:F0} ms at most."));
    }

    private async Task ReplaceAsync(string which, SiloProcess leaving, SiloProcess taking, Buyers buyers)
    {
        var before = buyers.TriedAgain;
        var begun = Stopwatch.GetTimestamp();
        var stopping = leaving.StopAsync(Patience);
        await taking.WaitUntilReadyAsync(Patience);
        var ready = Stopwatch.GetElapsedTime(begun);
        var took = await stopping;
        await buyers.AcknowledgeAsync(50);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"The {which} stopped in {took.TotalMilliseconds:F0} ms; the other was ready {ready.TotalMilliseconds:F0} ms after the signal; {buyers.TriedAgain - before} requests tried again."));
    }

    private static async Task<SiloProcess> StandbyAsync(SiloSettings settings)
    {
        var silo = SiloProcess.Launch(settings);
        await silo.WaitForAsync("/healthz", HttpStatusCode.OK, SiloProcess.StartLimit);
        return silo;
    }

    private static async Task ExecuteAsync(RunningCafeteria cafeteria, string sql)
    {
        await using var source = NpgsqlDataSource.Create(cafeteria.Silo.Settings.ConnectionString!);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Students who order one after the other, and after a 503 wait as long as it says and try once more, no oftener.</summary>
    private sealed class Buyers(CafeteriaClient client, Session[] students, string dish)
    {
        private readonly ConcurrentQueue<Order> _acknowledged = [];
        private readonly ConcurrentQueue<string> _failures = [];
        private readonly CancellationTokenSource _closing = new();
        private readonly Lock _gate = new();
        private Task _buying = Task.CompletedTask;
        private long _lastAnswer;
        private int _triedAgain;

        public IReadOnlyCollection<Order> Acknowledged => _acknowledged;

        public IReadOnlyCollection<string> Failures => _failures;

        public int TriedAgain => _triedAgain;

        public TimeSpan LongestSilence { get; private set; }

        public void Start()
        {
            _lastAnswer = Stopwatch.GetTimestamp();
            _buying = Task.WhenAll(students.Select(student => Task.Run(() => BuyAsync(student))));
        }

        public async Task AcknowledgeAsync(int more)
        {
            var from = _acknowledged.Count;
            await Eventually.TrueAsync(
                () => Task.FromResult(_acknowledged.Count >= from + more), Patience,
                () => $"{more} orders should be acknowledged after {from}, there are {_acknowledged.Count}; failures: {string.Join("; ", _failures.Take(5))}");
        }

        public async Task CloseAsync()
        {
            await _closing.CancelAsync();
            await _buying.WaitAsync(Patience);
        }

        private async Task BuyAsync(Session student)
        {
            for (var number = 0; !_closing.IsCancellationRequested; number++)
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"{student.Login}-{number}");
                if (await TryAsync(student, key) is { Succeeded: true } answer)
                    Note(answer.Value);
                await Task.Delay(10);
            }
        }

        private async Task<Answer<Order>?> TryAsync(Session student, string key)
        {
            var answer = await client.PlaceAsync(student, key, new Line(dish, 1));
            if (answer.Status is HttpStatusCode.ServiceUnavailable)
            {
                Interlocked.Increment(ref _triedAgain);
                await Task.Delay(answer.RetryAfter ?? TimeSpan.Zero);
                answer = await client.PlaceAsync(student, key, new Line(dish, 1));
            }

            if (!answer.Succeeded)
                _failures.Enqueue($"{key}: {(int)answer.Status} {answer.Body}");
            return answer;
        }

        private void Note(Order order)
        {
            _acknowledged.Enqueue(order);
            lock (_gate)
            {
                var silence = Stopwatch.GetElapsedTime(_lastAnswer);
                _lastAnswer = Stopwatch.GetTimestamp();
                if (silence > LongestSilence)
                    LongestSilence = silence;
            }
        }
    }
}
