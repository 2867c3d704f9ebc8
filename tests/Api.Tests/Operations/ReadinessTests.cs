using Cafeteria.Operations;
using Cafeteria.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Cafeteria.Tests.Operations;

/// <summary>Whether requests are to be sent to a process: it speaks for itself, not for the grains that all of them share.</summary>
public sealed class ReadinessTests
{
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
