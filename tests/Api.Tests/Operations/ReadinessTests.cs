using Cafeteria.Operations;
using Cafeteria.Storage;
using Microsoft.Extensions.Hosting;

namespace Cafeteria.Tests.Operations;

/// <summary>Whether requests are to be sent to a process: it speaks for itself, not for the grains that all of them share.</summary>
public sealed class ReadinessTests
{
    [Theory]
    [InlineData(true, false, true, true, null)]
    [InlineData(false, false, true, true, "starting")]
    [InlineData(true, true, true, true, "stopping")]
    [InlineData(true, false, false, true, "waiting for the database")]
    [InlineData(true, false, true, false, "standing by")]
    public void A_process_is_ready_from_its_start_to_its_end_while_it_serves_a_database_that_answers(
        bool started, bool stopping, bool reachable, bool serving, string? why) =>
        Assert.Equal(why, HealthEndpoints.Unready(new Health(serving, reachable), new Life(started, stopping)));

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
