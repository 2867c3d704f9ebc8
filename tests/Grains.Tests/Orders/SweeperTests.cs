using System.Diagnostics;
using System.Reflection;
using Cafeteria.Orders;
using Cafeteria.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cafeteria.Tests.Orders;

public sealed class SweeperTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    /// <summary>On a cluster, a silo that was starting with orders due knew no silo to advance them on: a hundred warnings, and all put off.</summary>
    [Fact]
    public async Task Nothing_is_claimed_before_everything_has_started()
    {
        using var process = new Starting();
        var rows = DispatchProxy.Create<IOrderRows, Claims>();
        var claims = ((Claims)(object)rows).First;
        using var sweeper = new OrderSweeper(rows, null!, new Well(), process, new Defaults(), TimeProvider.System, NullLogger<OrderSweeper>.Instance);

        await sweeper.StartAsync(CancellationToken.None);
        var first = await Task.WhenAny(process.Asked.Task, claims.Task).WaitAsync(Soon);
        Assert.True(first == process.Asked.Task && !claims.Task.IsCompleted, "Orders were claimed by a process that was still starting.");

        process.Start();
        await claims.Task.WaitAsync(Soon);
        await sweeper.StopAsync(CancellationToken.None);
    }

    /// <summary>A silo that lets its grains finish refuses every call: what was claimed meanwhile was hidden from whoever took over.</summary>
    [Fact]
    public async Task From_the_moment_the_stop_begins_nothing_is_claimed()
    {
        using var process = new Starting();
        var rows = DispatchProxy.Create<IOrderRows, Claims>();
        using var sweeper = new OrderSweeper(rows, null!, new Well(), process, new Defaults(), TimeProvider.System, NullLogger<OrderSweeper>.Instance);
        await sweeper.StartAsync(CancellationToken.None);
        process.Start();
        await ((Claims)(object)rows).First.Task.WaitAsync(Soon);

        process.BeginStop();

        await sweeper.ExecuteTask!.WaitAsync(Soon);
    }

    /// <summary>No measure of speed: however slow the machine is, a hundred take no less than the pace says.</summary>
    [Fact]
    public async Task A_hundred_that_are_due_at_once_are_advanced_at_the_pace()
    {
        using var process = new Starting();
        var rows = DispatchProxy.Create<IOrderRows, Claims>();
        var claims = (Claims)(object)rows;
        claims.Due = [.. Enumerable.Range(0, 100).Select(n => new DueOrder("iut", $"o{n}", 0))];
        using var sweeper = new OrderSweeper(rows, null!, new Well(), process, new Defaults(), TimeProvider.System, NullLogger<OrderSweeper>.Instance);
        await sweeper.StartAsync(CancellationToken.None);
        process.Start();

        await claims.First.Task.WaitAsync(Soon);
        var first = Stopwatch.GetTimestamp();
        await claims.Second.Task.WaitAsync(Soon);

        Assert.True(Stopwatch.GetElapsedTime(first) > TimeSpan.FromSeconds(100.0 / SweepPace.Least / 2), "The second hundred was claimed at once.");
        await sweeper.StopAsync(CancellationToken.None);
    }

    private sealed class Starting : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _started = new();
        private readonly CancellationTokenSource _stopping = new();

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken ApplicationStarted
        {
            get
            {
                Asked.TrySetResult();
                return _started.Token;
            }
        }

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void Start() => _started.Cancel();

        public void BeginStop() => _stopping.Cancel();

        public void StopApplication() => throw new NotSupportedException();

        public void Dispose()
        {
            _started.Dispose();
            _stopping.Dispose();
        }
    }

    public class Claims : DispatchProxy
    {
        public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Second { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ImmutableArray<DueOrder> Due { get; set; } = [];

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Assert.Equal(nameof(IOrderRows.ClaimDueAsync), targetMethod!.Name);
            if (!First.TrySetResult())
                Second.TrySetResult();
            return Task.FromResult(Due);
        }
    }

    private sealed class Well : IDatabaseHealth
    {
        public bool Reachable => true;

        public bool Serving => true;
    }

    private sealed class Defaults : IOptionsMonitor<OrderOptions>
    {
        public OrderOptions CurrentValue { get; } = new();

        public OrderOptions Get(string? name) => CurrentValue;

        public IDisposable? OnChange(Action<OrderOptions, string?> listener) => null;
    }
}

public sealed class SweepPaceTests
{
    [Fact]
    public void Ten_thousand_that_are_due_at_once_are_spread_over_more_than_ten_seconds()
    {
        var pace = new SweepPace();
        var (advanced, seconds) = (0.0, 0.0);
        while (advanced < 10_000)
        {
            var took = pace.TimeFor(100).TotalSeconds;
            pace.See(more: true, accepted: 0, TimeSpan.FromSeconds(took));
            (advanced, seconds) = (advanced + 100, seconds + took);
        }

        Assert.InRange(seconds, 15, 25);
    }

    [Fact]
    public void A_need_that_lasts_is_met_and_forgotten_afterwards()
    {
        var pace = new SweepPace();
        for (var second = 0; second < 100; second++)
            pace.See(more: true, accepted: 0, TimeSpan.FromSeconds(1));
        Assert.Equal(SweepPace.Most, pace.PerSecond);

        for (var second = 0; second < 60; second++)
            pace.See(more: false, accepted: 0, TimeSpan.FromSeconds(1));
        Assert.Equal(SweepPace.Least, pace.PerSecond);
    }

    [Fact]
    public void In_a_rush_as_many_are_advanced_as_are_placed_and_some_more()
    {
        var pace = new SweepPace();
        for (var look = 0; look < 60; look++)
            pace.See(more: false, accepted: 1_000, TimeSpan.FromSeconds(0.5));
        Assert.InRange(pace.PerSecond, 2_400, 2_600);

        for (var look = 0; look < 60; look++)
            pace.See(more: false, accepted: 100, TimeSpan.FromSeconds(0.5));
        Assert.Equal(SweepPace.Least, pace.PerSecond);
    }
}
