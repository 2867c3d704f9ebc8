using System.Diagnostics;
using Cafeteria.Accounts;
using Cafeteria.Http;
using Cafeteria.Orders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cafeteria.Tests.Orders;

public sealed class AdmissionRulesTests
{
    private static readonly TimeSpan Wanted = TimeSpan.FromMilliseconds(500);

    [Fact]
    public void While_orders_wait_too_long_fewer_are_let_in_and_never_fewer_than_the_least()
    {
        var limit = AdmissionRules.Peacetime;
        for (var windows = 0; windows < 100; windows++)
        {
            var next = AdmissionRules.Next(limit, limit, perSecond: 10, Wanted * 4, Wanted);
            Assert.True(next < limit || next == AdmissionRules.Least, $"{limit} became {next}");
            limit = next;
        }

        Assert.Equal(AdmissionRules.Least, limit);
    }

    [Fact]
    public void A_limit_that_nobody_reached_is_no_measure_when_orders_wait_too_long()
        => Assert.True(AdmissionRules.Next(10_000, 200, perSecond: 100, Wanted * 2, Wanted) < 200);

    [Fact]
    public void As_many_are_let_in_as_are_served_while_one_is_willing_to_wait()
    {
        var limit = 5_000;
        for (var windows = 0; windows < 100; windows++)
            limit = AdmissionRules.Next(limit, limit, perSecond: 2_000, TimeSpan.FromSeconds(limit / 2_000.0), Wanted);

        Assert.InRange(limit, 900, 1_100);
    }

    [Fact]
    public void A_moment_in_which_nothing_moved_is_no_overload()
        => Assert.Equal(256, AdmissionRules.Next(256, 256, perSecond: 2_560, Wanted * 2, Wanted));

    [Fact]
    public void While_the_limit_is_felt_and_orders_are_answered_in_time_more_are_let_in_up_to_the_most()
    {
        var limit = AdmissionRules.Least;
        for (var windows = 0; windows < 500; windows++)
            limit = AdmissionRules.Next(limit, limit, perSecond: 1_000_000, Wanted / 10, Wanted);

        Assert.Equal(AdmissionRules.Most, limit);
    }

    [Fact]
    public void In_peace_the_limit_comes_back_to_where_it_began_and_goes_no_further()
    {
        var limit = AdmissionRules.Least;
        for (var windows = 0; windows < 500; windows++)
            limit = AdmissionRules.Next(limit, 1, perSecond: 10, Wanted / 10, Wanted);

        Assert.InRange(limit, AdmissionRules.Peacetime, AdmissionRules.Peacetime * 1.05);
        Assert.Equal(limit, AdmissionRules.Next(limit, 1, perSecond: 10, Wanted / 10, Wanted));
    }
}

public sealed class AdmissionTests
{
    [Fact]
    public void A_crowd_that_is_told_at_once_that_its_dish_is_sold_out_is_no_measure_of_how_many_orders_can_be_served()
    {
        using var admission = new Admission(Options.Create(new LimitOptions()));
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMilliseconds(400)) // some of the windows in which it looks
            admission.Enter().Dispose();

        var told = Enumerable.Range(0, 5_000).Select(_ => admission.ComeBackIn()).Max();

        Assert.InRange(told, 2, Turns.Farthest);
    }
}

public sealed class TurnsTests
{
    private static readonly long Second = Stopwatch.Frequency;

    [Fact]
    public void No_more_are_told_the_same_second_than_are_served_in_one()
    {
        var turns = new Turns();

        var told = Enumerable.Range(0, 2_500).Select(_ => turns.Give(now: 0, perSecond: 1_000)).CountBy(seconds => seconds);

        Assert.Equal([new(1, 1_000), new(2, 1_000), new(3, 500)], told);
    }

    [Fact]
    public void When_the_crowd_has_had_its_turns_the_next_one_comes_back_in_a_second()
    {
        var turns = new Turns();
        for (var crowd = 0; crowd < 5_000; crowd++)
            turns.Give(now: 0, perSecond: 1_000);

        Assert.Equal(3, turns.Give(now: 3 * Second, perSecond: 1_000));
        Assert.Equal(1, turns.Give(now: 60 * Second, perSecond: 1_000));
    }

    [Fact]
    public void When_the_crowd_does_not_come_its_turns_are_given_to_others()
    {
        var turns = new Turns();
        for (var crowd = 0; crowd < 5_000; crowd++)
            turns.Give(now: 0, perSecond: 1_000);

        turns.Forget();

        Assert.Equal(1, turns.Give(now: 0, perSecond: 1_000));
    }

    [Fact]
    public void Nobody_is_told_to_come_back_later_than_the_farthest_and_those_who_would_be_are_spread()
    {
        var turns = new Turns();

        var told = Enumerable.Range(0, 20_000).Select(_ => turns.Give(now: 0, perSecond: 100)).ToArray();

        Assert.All(told, seconds => Assert.InRange(seconds, 1, Turns.Farthest));
        Assert.InRange(told.Skip(10_000).Distinct().Count(), 10, Turns.Farthest);
    }
}

public sealed class PaceTests
{
    private static readonly long Window = Stopwatch.Frequency / 10;

    private readonly Pace _pace = new();
    private long _now = 1_000 * Stopwatch.Frequency;

    [Fact]
    public void The_pace_is_the_best_of_the_last_seconds_and_one_busy_moment_is_none()
    {
        See(50_000, windows: 1);
        Assert.InRange(_pace.Best, 0, 5_000);

        See(6_000, windows: 100);
        Assert.InRange(_pace.Best, 5_500, 6_500);

        See(500, windows: 20);
        Assert.InRange(_pace.Best, 4_500, 6_000);

        See(500, windows: 600);
        Assert.InRange(_pace.Best, 500, 550);
    }

    [Fact]
    public void Whoever_did_not_come_in_three_quieter_seconds_is_not_waited_for()
    {
        See(6_000, windows: 50);
        Assert.Equal(0, See(6_000, windows: 20));

        Assert.Equal(0, See(1_000, windows: 35));
        Assert.Equal(1, See(6_000, windows: 20));

        Assert.Equal(0, See(1_000, windows: 20));
        Assert.Equal(0, See(6_000, windows: 20));
    }

    /// <returns>How often it said that a lull was over.</returns>
    private int See(double perSecond, int windows) => Enumerable.Range(0, windows).Count(_ => _pace.See(perSecond, _now += Window));
}

/// <summary>An app of its own: it is filled up.</summary>
public sealed class OverloadTests(CafeteriaApp app) : IClassFixture<CafeteriaApp>
{
    private static readonly object Order = new { lines = new[] { new { itemId = "ramen", quantity = 1 } } };

    [Fact]
    public async Task When_more_are_ordering_than_can_be_served_a_student_is_sent_away_at_once_and_staff_go_on()
    {
        var (student, manager) = (await app.TokenAsync("student1"), await app.TokenAsync("manager1", Role.Manager));
        var admission = app.Services.GetRequiredService<Admission>();
        var others = new List<Admission.Visit>();
        while (!admission.IsFull)
            others.Add(admission.Enter());

        using var refused = await app.SendAsync(HttpMethod.Post, "/api/v1/orders", student, Order, ("Idempotency-Key", "rush-1"));
        await refused.IsProblemAsync(503, "overloaded");
        Assert.Equal(1, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        foreach (var path in (string[])["/api/v1/kitchen/stations/main/tickets", "/api/v1/stock", "/api/v1/orders"])
            await (await app.GetAsync(path, manager)).IsAsync(200);
        await (await app.GetAsync("/api/v1/menu")).IsAsync(200);

        foreach (var other in others)
            other.Dispose();
        await (await app.SendAsync(HttpMethod.Post, "/api/v1/orders", student, Order, ("Idempotency-Key", "rush-1"))).IsAsync(202);
    }
}
