using Cafeteria.Menu;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Cafeteria.Tests.Menu;

/// <summary>The grain that has a tenant's menu does not answer: on a cluster it may be on another silo, which hangs.</summary>
public sealed class SilentMenuTests(SilentMenuTests.MenuApp app) : IClassFixture<SilentMenuTests.MenuApp>, IDisposable
{
    public void Dispose() => app.Menu.Silent = false;

    [Fact]
    public async Task The_parts_say_so_and_the_process_stays_ready()
    {
        app.Menu.Silent = true;

        await Eventually.HoldsAsync("the parts say so", TimeSpan.FromSeconds(10), async () =>
        {
            using var health = await app.GetAsync("/api/health");
            return (int)health.StatusCode == 503 && (await health.JsonAsync()).GetProperty("checks").Text("silo") is "no answer";
        });
        var ready = await (await app.GetAsync("/readyz")).IsAsync(200);
        Assert.Equal(("ok", "no answer"), (ready.Text("status"), ready.GetProperty("checks").Text("silo")));
    }

    [Fact]
    public async Task An_order_that_is_sent_away_for_want_of_a_menu_is_counted()
    {
        // Nobody has read this tenant's menu here, so there is no copy.
        var student = await app.TokenAsync("silent-student", tenant: "spice-route");
        app.Menu.Silent = true;
        await (await app.PostAsync("/api/v1/orders", student, new { lines = new[] { new { itemId = "dal", quantity = 1 } } })).IsProblemAsync(503, "unavailable");
        app.Menu.Silent = false;

        var metrics = await app.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains(metrics.Split('\n'), line => line.StartsWith("cafeteria_orders_place_duration_seconds_count{", StringComparison.Ordinal)
            && line.Contains("tenant=\"spice-route\"", StringComparison.Ordinal) && line.Contains("outcome=\"unavailable\"", StringComparison.Ordinal));
    }

    public sealed class MenuApp : CafeteriaApp
    {
        internal SilentMenu Menu { get; } = new();

        protected override void Compose(IServiceCollection services) => services.AddSingleton<IIncomingGrainCallFilter>(Menu);
    }

    internal sealed class SilentMenu : IIncomingGrainCallFilter
    {
        public volatile bool Silent;

        public Task Invoke(IIncomingGrainCallContext context) =>
            Silent && context.InterfaceMethod.DeclaringType == typeof(IMenuGrain) ? throw new TimeoutException("The menu does not answer.") : context.Invoke();
    }
}
