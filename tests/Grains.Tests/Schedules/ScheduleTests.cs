using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Cafeteria.Tests.Schedules;

/// <summary>
/// The commit path by schedules of the test's choice: thousands of orders in which messages arrive, turns run, statements
/// happen and are answered, leases run out, the sweeper comes, and silos die. What goes wrong prints its seed;
/// <c>SCHEDULE_SEED</c> plays that one alone, <c>SCHEDULES=100</c> plays a hundred times as many.
/// </summary>
public sealed class ScheduleTests(ITestOutputHelper output)
{
    private const int Schedules = 500;
    private const int Pairs = 2_000;

    /// <summary>No bug of ours may need more than this many schedules.</summary>
    private const int AtMost = 20_000;

    private static readonly int Factor = Number("SCHEDULES") ?? 1;
    private static readonly int? OnlySeed = Number("SCHEDULE_SEED");

    private static readonly Dictionary<string, Story> Stories = new()
    {
        ["placing"] = new Story(3, new("o1", 2), new("o1", 2), new("o2", 2)) { TakeOvers = 1, Waits = 1, Looks = 2 },
        ["placing at two silos"] = new Story(3, new("o1", 2), new("o1", 2), new("o2", 2)) { Silos = 2, TakeOvers = 1, Waits = 1, Looks = 3 },
        ["cancelling"] = new Story(3, new("o1", 2, Cancels: true), new("o2", 2), new("o3", 1, Cancels: true)) { Silos = 2, Sweeps = 1, Waits = 1 },
        ["leases"] = new Story(2, new("o1", 2), new("o2", 2)) { Waits = 4, Troubled = true },
        ["sweeping"] = new Story(3, new("o1", 2), new("o2", 1, Cancels: true)) { Deaths = 1, Sweeps = 4, Waits = 3, Looks = 2, Troubled = true },
        ["a clock that is set"] = new Story(3, new("o1", 2), new("o2", 1, Cancels: true)) { ClockSettings = 2, Sweeps = 1, Waits = 2, Troubled = true },
    };

    [Theory]
    [InlineData("placing")]
    [InlineData("placing at two silos")]
    [InlineData("cancelling")]
    [InlineData("leases")]
    [InlineData("sweeping")]
    [InlineData("a clock that is set")]
    public void Whatever_happens_when_the_books_balance_and_every_order_ends(string story)
    {
        var world = new World();
        var (clock, steps) = (Stopwatch.StartNew(), 0L);
        for (var seed = OnlySeed ?? 1; seed <= (OnlySeed ?? Schedules * Factor); seed++)
        {
            Play(world, story, Bug.None, seed);
            steps += world.StepCount;
        }

        output.WriteLine($"{Schedules * Factor / clock.Elapsed.TotalSeconds:0} schedules and {steps / clock.Elapsed.TotalSeconds:0} steps a second");
    }

    [Theory]
    [InlineData("placing at two silos", nameof(Bug.OldEpochsMaySell))]
    [InlineData("placing at two silos", nameof(Bug.TheSecondOrderWins))]
    [InlineData("cancelling", nameof(Bug.TheLastWriteWins))]
    [InlineData("cancelling", nameof(Bug.AFoldMissesWhatIsWrittenMeanwhile))]
    [InlineData("leases", nameof(Bug.ALeaseIsARelease))]
    [InlineData("leases", nameof(Bug.NothingIsAbandoned))]
    [InlineData("sweeping", nameof(Bug.AClaimIsForEver))]
    [InlineData("sweeping", nameof(Bug.AcceptedOrdersAreNotDue))]
    [InlineData("a clock that is set", nameof(Bug.TheClockGoesBack))]
    public void A_bug_put_in_on_purpose_is_found_and_its_seed_finds_it_again(string story, string name)
    {
        var (world, bug) = (new World(), Enum.Parse<Bug>(name));
        var found = Enumerable.Range(1, AtMost).FirstOrDefault(seed => Fails(world, story, bug, seed) is not null);
        Assert.True(found > 0, $"{bug} was not found in {AtMost} schedules.");
        var again = Fails(world, story, bug, found);
        Assert.NotNull(again);
        Assert.Null(Fails(world, story, Bug.None, found));
        output.WriteLine($"Found by schedule {found}: {again}");
        if (Factor > 1)
            output.WriteLine($"{Enumerable.Range(1, 100 * Factor).Count(seed => Fails(world, story, bug, seed) is not null)} of {100 * Factor} find it");
    }

    /// <summary>
    /// The accepting write against a take-over, a lease that runs out, a death, a sweep: each at every place in the order's way;
    /// and of every two of them as many as there is time for, evenly from the first place to the last.
    /// </summary>
    [Fact]
    public void Nothing_out_of_turn_unbalances_the_books_nor_two_things()
    {
        var world = new World();
        var story = new Story(2, new Diner("o1", 2)) { TakeOvers = 1, Waits = 1, Deaths = 1, Sweeps = 1 };
        var singles = Played().OneMore().Select(said => Played(said)).ToArray();
        var pairs = singles.Sum(single => (long)single.MoreCount);
        var (every, at, played) = ((pairs + (Pairs * Factor) - 1) / (Pairs * Factor), 0L, 0);
        foreach (var single in singles)
            foreach (var said in single.OneMore())
                if (at++ % every == 0)
                {
                    Played(said);
                    played++;
                }

        Assert.Equal(pairs, at);
        output.WriteLine($"{singles.Length} schedules with one thing out of turn, all there are, and {played} of {pairs} with two");

        ChosenChoices Played(params int[] said)
        {
            var choices = new ChosenChoices(said);
            var failure = Record.Exception(() => world.Play(story, Bug.None, choices));
            Assert.True(failure is null, $"Schedule {choices}: {failure}");
            return choices;
        }
    }

    [Fact]
    public void The_same_seed_is_the_same_schedule()
    {
        var (one, other) = (new World(), new World());
        foreach (var (story, seed) in Stories.SelectMany(story => Enumerable.Range(1, 20).Select(seed => (story.Value, seed))))
            Assert.Equal(Traced(one, story, seed), Traced(other, story, seed));
    }

    private static string[] Traced(World world, Story story, int seed)
    {
        world.Play(story, Bug.None, new RandomChoices(seed), traced: true);
        return [.. world.Trace];
    }

    private static Exception? Fails(World world, string story, Bug bug, int seed) =>
        Record.Exception(() => world.Play(Stories[story], bug, new RandomChoices(seed)));

    /// <summary>Again with a trace, where it fails.</summary>
    private static void Play(World world, string story, Bug bug, int seed)
    {
        if (Fails(world, story, bug, seed) is null)
            return;
        var failure = Record.Exception(() => world.Play(Stories[story], bug, new RandomChoices(seed), traced: true));
        Assert.Fail($"SCHEDULE_SEED={seed} of \"{story}\": {failure}\nWhat happened:\n{string.Join('\n', world.Trace)}");
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
