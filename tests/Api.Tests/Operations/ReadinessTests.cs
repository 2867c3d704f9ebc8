using Cafeteria.Menu;
using Cafeteria.Operations;
using Cafeteria.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace Cafeteria.Tests.Operations;

/// <summary>Whether requests are to be sent to a process: it speaks for itself, not for the grains that all of them share.</summary>
public sealed class ReadinessTests(ReadinessTests.MenuApp app) : IClassFixture<ReadinessTests.MenuApp>, IDisposable
{
    public void Dispose() => app.Menu.Fails = false;

    [Fact]
    public async Task A_grain_that_does_not_answer_is_told_of_and_makes_no_process_unready()
    {
        app.Menu.Fails = true;

        await Eventually.HoldsAsync("the parts say so", TimeSpan.FromSeconds(10), async () =>
        {
            using var health = await app.GetAsync("/api/health");
            return (int)health.StatusCode == 503 && (await health.JsonAsync()).GetProperty("checks").Text("silo") is "no answer";
        });
        var ready = await (await app.GetAsync("/readyz")).IsAsync(200);
        Assert.Equal("ok", ready.GetProperty("checks").Text("silo"));
    }

    [Theory]
    [InlineData(true, false, true, true, 200, "ok", "ok")]
    [InlineData(false, false, true, true, 503, "ok", "starting")]
    [InlineData(true, true, true, true, 503, "ok", "leaving")]
    [InlineData(true, false, false, true, 503, "unreachable", "waiting for the database")]
    [InlineData(true, false, false, false, 503, "unreachable", "waiting for the database")]
    [InlineData(true, false, true, false, 503, "ok", "standing by")]
    public void A_process_is_ready_from_its_start_to_its_end_while_it_serves_a_database_that_answers(
        bool started, bool stopping, bool reachable, bool serving, int status, string database, string silo)
    {
        var ready = HealthEndpoints.Ready(new Health(serving, reachable), new Life(started, stopping)).Result;

        Assert.Equal(status, ((IStatusCodeHttpResult)ready).StatusCode);
        Assert.Equal(new ReadyChecks(database, silo), ((IValueHttpResult<ReadyResponse>)ready).Value!.Checks);
    }

    public sealed class MenuApp : CafeteriaApp
    {
        internal SilentMenu Menu { get; } = new();

        protected override void Compose(IServiceCollection services) => services.AddSingleton<IIncomingGrainCallFilter>(Menu);
    }

    internal sealed class SilentMenu : IIncomingGrainCallFilter
    {
        public volatile bool Fails;

        public Task Invoke(IIncomingGrainCallContext context) =>
            Fails && context.InterfaceMethod.DeclaringType == typeof(IMenuGrain) ? throw new TimeoutException("The menu does not answer.") : context.Invoke();
    }

    private sealed record Health(bool Serving, bool Reachable) : IDatabaseHealth;

    private sealed class Life(bool started, bool stopping) : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => new(started);

        public CancellationToken ApplicationStopping => new(stopping);

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }
}
