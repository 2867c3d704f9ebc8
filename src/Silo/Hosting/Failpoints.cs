using Cafeteria.Orders;

namespace Cafeteria.Silo.Hosting;

/// <summary>
/// Dies on purpose, without a word, at a named place in an order's life (<c>Failpoints:KillAt=written</c>): how a test
/// sees what a crash at just that place leaves behind. Never in Production.
/// </summary>
internal static class Failpoints
{
    public static void AddFailpoints(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        var killAt = configuration["Failpoints:KillAt"];
        if (string.IsNullOrEmpty(killAt) || environment.IsProduction())
            return;
        services.AddSingleton(new Breakpoints { Reached = (place, _) => place == killAt ? Die() : Task.CompletedTask });
    }

    private static Task Die()
    {
        // SIGKILL: no handler runs, nothing is flushed, as when the machine loses power.
        System.Diagnostics.Process.GetCurrentProcess().Kill();
        return Task.Delay(Timeout.Infinite);
    }
}
