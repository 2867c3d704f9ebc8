using Cafeteria.Bench.Rush;
using Cafeteria.Persistence;

if (args.Contains("--help"))
{
    Console.WriteLine(RushOptions.Help);
    return 0;
}

Leftovers.Watch();
try
{
    var options = RushOptions.Parse(args);
    return await (options.Verb switch
    {
        Verb.Compare => CompareAsync(options),
        Verb.Overload => OverloadRun.RunAsync(options),
        Verb.Growth => GrowthRun.RunAsync(options),
        Verb.Startup => StartupRun.RunAsync(options),
        Verb.Soak => SoakRun.RunAsync(options),
        Verb.Capacity => CapacityRun.RunAsync(options),
        _ => Evening.RunAsync(options),
    });
}
catch (Exception exception) when (exception is RushException or DatabaseStartException)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}

static async Task<int> CompareAsync(RushOptions options)
{
    var rounds = options.Rounds ?? 3;
    var pace = options.Quick ? Pace.Quick(rounds, options.Connections) : Pace.Full(rounds, options.Connections);
    await using var comparison = new Comparison(pace, await Postgres.StartAsync(options.Disk), options.Alone, options.History);
    await comparison.RunAsync();
    new ComparisonTable(comparison, Console.Out).Write();
    return comparison.Wrong.Count == 0 ? 0 : 1;
}
