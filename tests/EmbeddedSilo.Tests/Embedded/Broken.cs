using Orleans.Runtime;

// Contracts that break the rules, each in one way. On Orleans its own analyzers would refuse some of them.
namespace Cafeteria.Tests.Broken;

public interface INoAlias : IGrainWithStringKey;

[Alias("broken.shapes")]
public interface IShapes : IGrainWithStringKey
{
#pragma warning disable CA1068 // that is the breach
    Task TwoTokensAsync(CancellationToken first, CancellationToken second);

    Task TokenFirstAsync(CancellationToken first, int second);
#pragma warning restore CA1068

    IAsyncEnumerable<int> EnumerateAsync();

    Task<List<int>> ListAsync();

    Task BytesAsync(byte[] bytes);

    Task<Bare> BareAsync();
}

public sealed record Bare(int Number);

[GenerateSerializer, Alias("broken.holes")]
public sealed record Holes([property: Id(0)] int First, [property: Id(2)] int Second);

[GenerateSerializer, Alias("broken.unnumbered")]
public sealed record Unnumbered([property: Id(0)] int First, int Second);

[GenerateSerializer, Alias("broken.settable")]
public sealed record Settable
{
    [Id(0)]
    public int Value { get; set; }
}

[GenerateSerializer, Alias("broken.unsealed")]
public record Unsealed([property: Id(0)] int First);

[GenerateSerializer, Alias("broken.open-union")]
public abstract record OpenUnion
{
    [GenerateSerializer, Alias("broken.open-union.only")]
    public sealed record Only : OpenUnion;
}

[GenerateSerializer, Alias("broken.same")]
public sealed record SameA;

[GenerateSerializer, Alias("broken.same")]
public sealed record SameB;

[Alias("broken.carrier")]
public interface ICarrierGrain : IGrainWithStringKey
{
    Task<Lossy> CarryAsync(Lossy value);
}

public sealed class CarrierGrain : Grain, ICarrierGrain
{
    public Task<Lossy> CarryAsync(Lossy value) => Task.FromResult(value);
}

/// <summary>Nobody can make it again from what it shows.</summary>
[GenerateSerializer, Alias("broken.lossy")]
public sealed class Lossy(int number)
{
    public int Twice => 2 * number;
}
