using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Cafeteria.Silo.FirstData;

/// <summary>In Development, once it can be used: where it is, who may sign in, how to stop.</summary>
internal sealed class Welcome(FirstDataLoader firstData, IServer server, IHostApplicationLifetime lifetime, IHostEnvironment environment) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!environment.IsDevelopment())
            return;
        var started = new TaskCompletionSource();
        await using var starting = lifetime.ApplicationStarted.Register(started.SetResult);
        await Task.WhenAll(started.Task, firstData.Loaded).WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stoppingToken.IsCancellationRequested)
            return;
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        await Console.Out.WriteLineAsync($"""

            Cafeteria is open at {address}
              student   STU-2021-001   Student1Pass!
              admin     ADMIN-001      AdminPass123!
            Ctrl-C stops it.

            """);
    }
}
