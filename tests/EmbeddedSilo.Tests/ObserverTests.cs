using System.Runtime.CompilerServices;
using Cafeteria.Tests.News;

namespace Cafeteria.Tests;

/// <summary>Objects outside the grains that grains call.</summary>
[Collection(OneCluster.Name)]
public sealed class ObserverTests(ClusterFixture fixture)
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    private INewsroomGrain Newsroom => fixture.Cluster.Grains.GetGrain<INewsroomGrain>(_key);

    [Fact]
    public async Task An_observer_is_told_in_order_and_one_at_a_time()
    {
        var reader = new Reader();
        var reference = fixture.Cluster.Grains.CreateObjectReference<IReader>(reader);
        await Newsroom.SubscribeAsync(reference, 60_000);
        for (var number = 0; number < 50; number++)
        {
            Assert.Equal(1, await Newsroom.PrintAsync(new Headline(number, "news")));
        }

        await Waiting.UntilAsync(() => reader.Read.Count == 50, "50 headlines to be read");
        Assert.Equal(Enumerable.Range(0, 50), reader.Read.Select(headline => headline.Number).Order());
        Assert.False(reader.Overlapped);
        fixture.Cluster.Grains.DeleteObjectReference<IReader>(reference);
    }

    [Fact]
    public async Task An_observer_answers()
    {
        var reader = new Reader();
        var reference = fixture.Cluster.Grains.CreateObjectReference<IReader>(reader);

        Assert.Equal("42", await Newsroom.AskAsync(reference));
        GC.KeepAlive(reader);
    }

    [Fact]
    public async Task Subscribing_again_renews_and_does_not_add()
    {
        var reader = new Reader();
        var reference = fixture.Cluster.Grains.CreateObjectReference<IReader>(reader);

        Assert.Equal(1, await Newsroom.SubscribeAsync(reference, 60_000));
        Assert.Equal(1, await Newsroom.SubscribeAsync(reference, 60_000));
        GC.KeepAlive(reader);
    }

    [Fact]
    public async Task A_subscription_that_is_not_renewed_expires()
    {
        var reader = new Reader();
        var reference = fixture.Cluster.Grains.CreateObjectReference<IReader>(reader);
        await Newsroom.SubscribeAsync(reference, 20);

        await Waiting.UntilAsync(async () => await Newsroom.PrintAsync(new Headline(1, "late")) == 0, "the subscription to expire");
        GC.KeepAlive(reader);
    }

    private sealed class Reader : IReader
    {
        private readonly List<Headline> _read = [];
        private int _running;

        public bool Overlapped { get; private set; }

        public IReadOnlyList<Headline> Read
        {
            get
            {
                lock (_read)
                {
                    return [.. _read];
                }
            }
        }

        public async Task ReadAsync(Headline headline)
        {
            Overlapped |= Interlocked.Increment(ref _running) > 1;
            await Task.Yield();
            lock (_read)
            {
                _read.Add(headline);
            }

            Interlocked.Decrement(ref _running);
        }

        public Task<int> AskAsync() => Task.FromResult(42);
    }
}
