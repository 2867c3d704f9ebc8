namespace Cafeteria.Tests;

/// <summary>A grain that gives back what it was given: across JSON on the embedded host, across Orleans' serializer on Orleans.</summary>
[Alias("cafeteria.tests.IEchoGrain")]
public interface IEchoGrain : IGrainWithStringKey
{
    [Alias("Echo")]
    Task<object> Echo(object value);
}

internal sealed class EchoGrain : Grain, IEchoGrain
{
    public Task<object> Echo(object value) => Task.FromResult(value);
}

internal sealed class Wire(GrainCluster cluster) : IAsyncDisposable
{
    public static async Task<Wire> StartAsync() => new(await GrainCluster.StartAsync());

    public Task<object> RoundTripAsync(object value) => cluster.Grains.GetGrain<IEchoGrain>("echo").Echo(value);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();
}
