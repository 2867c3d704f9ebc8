using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Cafeteria.Tests.Ledgers;

[GenerateSerializer]
[Alias("test.ledger")]
public sealed record Ledger
{
    [Id(0)]
    public int Total { get; init; }

    [Id(1)]
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>No constructor without parameters: without a row nobody ever constructs it.</summary>
[GenerateSerializer]
[Alias("test.bare")]
public sealed record Bare([property: Id(0)] int Number, [property: Id(1)] string Name);

[Alias("test.ledger-grain")]
public interface ILedgerGrain : IGrainWithStringKey
{
    [Alias("add")]
    Task<int> AddAsync(int by);

    [Alias("total"), AlwaysInterleave]
    Task<int> TotalAsync();

    [Alias("exists")]
    Task<bool> ExistsAsync();

    [Alias("has-etag")]
    Task<bool> HasEtagAsync();

    [Alias("notes")]
    Task<bool> HasNotesAsync();

    [Alias("clear")]
    Task ClearAsync();

    [Alias("reread")]
    Task<int> ReadAgainAsync();

    [Alias("add-swallow")]
    Task<bool> AddAndCatchAsync(int by);

    [Alias("activation"), AlwaysInterleave]
    Task<string> ActivationAsync();

    [Alias("outside")]
    Task<string> TouchStateOutsideTheTurnAsync();
}

[Reentrant]
public sealed class LedgerGrain([PersistentState("ledger", ClusterFixture.Storage)] IPersistentState<Ledger> ledger) : Grain, ILedgerGrain
{
    private readonly string _activation = Guid.NewGuid().ToString();
    private int _seenAtActivation = -1;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _seenAtActivation = ledger.State.Total;
        return Task.CompletedTask;
    }

    public async Task<int> AddAsync(int by)
    {
        ledger.State = ledger.State with { Total = ledger.State.Total + by };
        await ledger.WriteStateAsync();
        return ledger.State.Total;
    }

    public Task<int> TotalAsync() => Task.FromResult(_seenAtActivation);

    public Task<bool> ExistsAsync() => Task.FromResult(ledger.RecordExists);

    public Task<bool> HasEtagAsync() => Task.FromResult(ledger.Etag is not null);

    public Task<bool> HasNotesAsync() => Task.FromResult(!ledger.State.Notes.IsDefault);

    public Task ClearAsync() => ledger.ClearStateAsync();

    public async Task<int> ReadAgainAsync()
    {
        await ledger.ReadStateAsync();
        return ledger.State.Total;
    }

    public async Task<bool> AddAndCatchAsync(int by)
    {
        try
        {
            await AddAsync(by);
            return true;
        }
        catch (Orleans.Storage.InconsistentStateException)
        {
            return false;
        }
    }

    public Task<string> ActivationAsync() => Task.FromResult(_activation);

    public Task<string> TouchStateOutsideTheTurnAsync() => Task.Run(() =>
    {
        try
        {
            return $"read {ledger.State.Total}";
        }
        catch (InvalidOperationException)
        {
            return "refused";
        }
    });
}

[Alias("test.bare-grain")]
public interface IBareGrain : IGrainWithStringKey
{
    [Alias("see")]
    Task<string> SeeAsync();
}

public sealed class BareGrain([PersistentState("bare", ClusterFixture.Storage)] IPersistentState<Bare> bare) : Grain, IBareGrain
{
    public Task<string> SeeAsync() => Task.FromResult($"{bare.RecordExists} {bare.State.Number} {bare.State.Name ?? "null"}");
}

/// <summary>Calls a ledger and lets its failure pass.</summary>
[Alias("test.bookkeeper")]
public interface IBookkeeperGrain : IGrainWithStringKey
{
    [Alias("add")]
    Task<int> AddAsync(string ledger, int by);

    [Alias("activation")]
    Task<string> ActivationAsync();
}

public sealed class BookkeeperGrain : Grain, IBookkeeperGrain
{
    private readonly string _activation = Guid.NewGuid().ToString();

    public Task<int> AddAsync(string ledger, int by) => GrainFactory.GetGrain<ILedgerGrain>(ledger).AddAsync(by);

    public Task<string> ActivationAsync() => Task.FromResult(_activation);
}
