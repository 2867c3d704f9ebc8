namespace Cafeteria.Tests;

public sealed class SteadyClockTests
{
    private readonly Machine _machine = new();

    [Fact]
    public void Set_back_by_hours_it_goes_on_as_time_passes()
    {
        var clock = new SteadyClock(_machine);
        var before = clock.GetUtcNow();

        _machine.Set(TimeSpan.FromHours(-3));
        Assert.Equal(before, clock.GetUtcNow());
        _machine.Pass(TimeSpan.FromMinutes(10));

        Assert.Equal(before + TimeSpan.FromMinutes(10), clock.GetUtcNow());
    }

    [Fact]
    public void Set_forward_by_hours_it_follows_within_a_second()
    {
        var clock = new SteadyClock(_machine);

        _machine.Set(TimeSpan.FromHours(3));
        _machine.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(_machine.GetUtcNow(), clock.GetUtcNow());
    }

    [Fact]
    public void Whatever_the_machine_does_it_never_goes_back_and_never_stands_still()
    {
        var (clock, random) = (new SteadyClock(_machine), new Random(1));
        for (var (n, before) = (0, clock.GetUtcNow()); n < 10_000; n++)
        {
            var passed = TimeSpan.FromMilliseconds(random.Next(3_000));
            if (random.Next(10) == 0)
                _machine.Set(TimeSpan.FromSeconds(random.Next(-9_000, 9_000)));
            _machine.Pass(passed);
            var now = clock.GetUtcNow();
            Assert.True(now >= before + passed, $"{before} was followed, {passed} later, by {now}");
            before = now;
        }
    }

    private sealed class Machine : TimeProvider
    {
        private DateTimeOffset _utc = new(2026, 3, 2, 11, 30, 0, TimeSpan.Zero);
        private TimeSpan _passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _utc;

        public override long GetTimestamp() => _passed.Ticks;

        /// <summary>Somebody sets the clock.</summary>
        public void Set(TimeSpan by) => _utc += by;

        public void Pass(TimeSpan time) => (_utc, _passed) = (_utc + time, _passed + time);
    }
}
