using System.Diagnostics;
using Cafeteria.EmbeddedSilo.Runtime;
using Microsoft.Extensions.Hosting;

namespace Cafeteria.EmbeddedSilo.Hosting;

/// <summary>Starts the silo with its host and stops it with its host: what was accepted is done first.</summary>
internal sealed class SiloService(SiloRuntime silo, IServiceProvider services, IEnumerable<StartupStep> steps) : IHostedService, IDisposable
{
    private const int DrainsAtOnce = 512;

    private Timer? _collection;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        silo.Open();
        Log.Serving(silo.Logger, silo.Catalog.Classes.Count());
        var quantum = silo.Collection.CollectionQuantum;
        _collection = new Timer(static self => ((SiloService)self!).Collect(), this, quantum, quantum);
        foreach (var step in steps.OrderBy(step => step.Stage))
        {
            await step.Run(services, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _collection?.Dispose();
        silo.Close();
        Log.Stopping(silo.Logger, silo.Activations().Count());
        var began = Stopwatch.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = DrainsAtOnce };

        // What a grain does last may call, and so activate, another: until none is left.
        while (!cancellationToken.IsCancellationRequested && silo.Activations().Any())
        {
            await Parallel.ForEachAsync(
                silo.Activations(), options, async (activation, _) => await activation.DrainAsync(cancellationToken).ConfigureAwait(false))
                .ConfigureAwait(false);
        }

        if (silo.Activations().Count() is > 0 and var left)
        {
            Log.StoppedEarly(silo.Logger, left);
        }
        else
        {
            Log.Drained(silo.Logger, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        silo.Stop();
    }

    public void Dispose() => _collection?.Dispose();

    private void Collect()
    {
        try
        {
            var now = Environment.TickCount64;
            foreach (var activation in silo.Activations())
            {
                activation.CollectIfIdle(now);
            }
        }
        catch (InvalidOperationException failure)
        {
            Log.CollectionFailed(silo.Logger, failure);
        }
    }
}
