using Cafeteria.Accounts;
using Cafeteria.Orders;
using Microsoft.Extensions.DependencyInjection;

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
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 3);
        foreach (var path in (string[])["/api/v1/kitchen/stations/main/tickets", "/api/v1/stock", "/api/v1/orders"])
            await (await app.GetAsync(path, manager)).IsAsync(200);
        await (await app.GetAsync("/api/v1/menu")).IsAsync(200);

        foreach (var other in others)
            other.Dispose();
        await (await app.SendAsync(HttpMethod.Post, "/api/v1/orders", student, Order, ("Idempotency-Key", "rush-1"))).IsAsync(202);
    }
}
