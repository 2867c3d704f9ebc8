using System.Diagnostics;
using System.Globalization;
using Cafeteria.Calls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

// What a grain call costs on this machine. Each figure is the median of five runs after a warm-up.
const int Runs = 5;

var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.UseOrleans(silo => silo.AddMemoryGrainStorage("Memory"));
using var host = builder.Build();
await host.StartAsync();
var grains = host.Services.GetRequiredService<IClusterClient>();

Console.WriteLine($"{"what",-62}{"per second",14}{"B per call",12}");
await MeasureAsync("calls, one caller, one grain", 1_000_000, count => CallAsync(grains.GetGrain<ICounterGrain>("one"), count));
await MeasureAsync("calls, one caller, a new reference for each", 1_000_000, NewReferencesAsync);
await MeasureAsync("calls, 16 callers, one grain", 1_600_000, count => CallersAsync(16, count, _ => "hot"));
await MeasureAsync("calls, 16 callers, 16 grains", 1_600_000, count => CallersAsync(16, count, caller => $"own-{caller}"));
await MeasureAsync("calls from grain to grain", 1_000_000, count => grains.GetGrain<IRelayGrain>("relay").RelayAsync("relayed", count));
await MeasureAsync("calls that give up their turn, one caller", 300_000, YieldAsync);
await MeasureAsync("calls that give up their turn, 16 callers, one grain", 480_000, YieldersAsync);
var round = 0;
await MeasureAsync("activations, by their first calls", 100_000, count => ActivateAsync($"a{round++}", count));
await MeasureMemoryAsync(50_000);
await host.StopAsync();

async Task MeasureAsync(string what, int count, Func<int, Task> run)
{
    await run(count / 5);
    await run(count / 5);
    var rates = new List<double>();
    var bytes = new List<double>();
    for (var i = 0; i < Runs; i++)
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        await run(count);
        rates.Add(count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        bytes.Add((GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)count);
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-62}{Median(rates),14:N0}{Median(bytes),12:N0}"));
}

async Task MeasureMemoryAsync(int count)
{
    await ActivateStatefulAsync("warm", 1_000);
    var before = GC.GetTotalMemory(forceFullCollection: true);
    await ActivateStatefulAsync("idle", count);
    var after = GC.GetTotalMemory(forceFullCollection: true);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{"bytes per idle grain with one small state",-62}{(after - before) / (double)count,14:N0}"));
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

static async Task CallAsync(ICounterGrain grain, int count)
{
    for (var i = 0; i < count; i++)
    {
        await grain.AddAsync(1);
    }
}

async Task NewReferencesAsync(int count)
{
    for (var i = 0; i < count; i++)
    {
        await grains.GetGrain<ICounterGrain>("one").AddAsync(1);
    }
}

Task CallersAsync(int callers, int count, Func<int, string> key) => Task.WhenAll(
    Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(grains.GetGrain<ICounterGrain>(key(caller)), count / callers))));

async Task YieldAsync(int count)
{
    var grain = grains.GetGrain<IYieldingGrain>("one");
    for (var i = 0; i < count; i++)
    {
        await grain.AddAsync(1);
    }
}

Task YieldersAsync(int count) => Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => YieldAsync(count / 16))));

async Task ActivateAsync(string prefix, int count)
{
    for (var i = 0; i < count; i++)
    {
        await grains.GetGrain<ICounterGrain>($"{prefix}-{i}").AddAsync(1);
    }
}

async Task ActivateStatefulAsync(string prefix, int count)
{
    for (var i = 0; i < count; i++)
    {
        await grains.GetGrain<IStatefulGrain>($"{prefix}-{i}").TouchAsync();
    }
}
