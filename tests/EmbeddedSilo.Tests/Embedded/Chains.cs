using Orleans.Runtime;

namespace Cafeteria.Tests;

/// <summary>Each link calls the next.</summary>
[Alias("test.chain")]
public interface IChainGrain : IGrainWithStringKey
{
    [Alias("down")]
    Task<int> DownAsync(int depth);
}

public sealed class ChainGrain : Grain, IChainGrain
{
    public async Task<int> DownAsync(int depth) =>
        depth == 0 ? 0 : 1 + await GrainFactory.GetGrain<IChainGrain>($"{this.GetPrimaryKeyString().Split('/')[0]}/{depth}").DownAsync(depth - 1);
}
