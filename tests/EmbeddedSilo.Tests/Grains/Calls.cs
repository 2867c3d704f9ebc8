using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Cafeteria.Tests.Calls;

[GenerateSerializer]
[Immutable]
[Alias("test.verdict")]
public abstract record Verdict
{
    private Verdict()
    {
    }

    [GenerateSerializer]
    [Immutable]
    [Alias("test.verdict.accepted")]
    public sealed record Accepted([property: Id(0)] int Number) : Verdict;

    [GenerateSerializer]
    [Immutable]
    [Alias("test.verdict.rejected")]
    public sealed record Rejected([property: Id(0)] string Reason, [property: Id(1)] ImmutableDictionary<string, int> Left) : Verdict;
}

[GenerateSerializer]
[Alias("test.own-exception")]
public sealed class OwnException : Exception
{
    public OwnException()
    {
    }

    public OwnException(string message) : base(message)
    {
    }

    public OwnException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

[Alias("test.caller")]
public interface ICallsGrain : IGrainWithStringKey
{
    [Alias("echo")]
    Task<string> EchoAsync(string text, ImmutableArray<int> numbers, DateTimeOffset? at);

    [Alias("judge")]
    Task<Verdict> JudgeAsync(Verdict before);

    [Alias("throw")]
    Task ThrowAsync(string message);

    [Alias("throw-at-once")]
    Task<int> ThrowAtOnceAsync();

    [Alias("never-token"), AlwaysInterleave]
    Task<bool> UntilCancelledAsync(string gate, CancellationToken cancellationToken);

    [Alias("wait")]
    Task WaitAsync(string gate);

    [Alias("quick")]
    Task QuickAsync(CancellationToken cancellationToken);

    [Alias("one-way"), OneWay]
    Task SendAsync(string gate);

    [Alias("one-way-fails"), OneWay]
    Task SendAndFailAsync();

    [Alias("context")]
    Task<string> ContextAsync(string key);

    [Alias("context-set")]
    Task SetContextAsync(string key, string value);

    [Alias("context-below")]
    Task<string> ContextBelowAsync(string key);

    [Alias("ambient")]
    Task<string> AmbientAsync();

    [Alias("self")]
    Task<ICallsGrain> SelfAsync();

    [Alias("call")]
    Task<string> CallAsync(ICallsGrain other);

    [Alias("value")]
    ValueTask<int> ValueAsync(int value);

    [Alias("key")]
    Task<string> KeyAsync();

    [Alias("no-task")]
    Task ReturnNoTaskAsync();
}

public sealed class CallsGrain : Grain, ICallsGrain
{
    public static AsyncLocal<string?> Ambient { get; } = new();

    public Task<string> EchoAsync(string text, ImmutableArray<int> numbers, DateTimeOffset? at) =>
        Task.FromResult($"{text} {string.Join(",", numbers)} {at?.ToUnixTimeSeconds()}");

    public Task<Verdict> JudgeAsync(Verdict before) => Task.FromResult(before switch
    {
        Verdict.Accepted accepted => new Verdict.Rejected($"was {accepted.Number}", ImmutableDictionary<string, int>.Empty.Add("left", accepted.Number)),
        _ => (Verdict)new Verdict.Accepted(1),
    });

    public async Task ThrowAsync(string message)
    {
        await Task.Yield();
        throw new OwnException(message);
    }

    public Task<int> ThrowAtOnceAsync() => throw new OwnException("at once");

    public async Task<bool> UntilCancelledAsync(string gate, CancellationToken cancellationToken)
    {
        Gates.Reached(gate);
        await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Current);
        Gates.Reached($"{gate} cancelled");
        return true;
    }

    public async Task WaitAsync(string gate)
    {
        Gates.Reached(gate);
        await Gates.Opened(gate);
    }

    public Task QuickAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task SendAsync(string gate)
    {
        await Gates.Opened(gate);
        Gates.Reached(gate);
    }

    public Task SendAndFailAsync() => throw new OwnException("nobody hears this");

    public Task<string> ContextAsync(string key) => Task.FromResult(RequestContext.Get(key) as string ?? "nothing");

    public Task SetContextAsync(string key, string value)
    {
        RequestContext.Set(key, value);
        return Task.CompletedTask;
    }

    public Task<string> ContextBelowAsync(string key) =>
        GrainFactory.GetGrain<ICallsGrain>(this.GetPrimaryKeyString() + "-below").ContextAsync(key);

    public Task<string> AmbientAsync() => Task.FromResult(Ambient.Value ?? "nothing");

    public Task<ICallsGrain> SelfAsync() => Task.FromResult(this.AsReference<ICallsGrain>());

    public Task<string> CallAsync(ICallsGrain other) => other.KeyAsync();

    public ValueTask<int> ValueAsync(int value) => new(value + 1);

    public Task ReturnNoTaskAsync() => null!;

    public Task<string> KeyAsync() => Task.FromResult($"{this.GetGrainId()} {this.GetPrimaryKeyString()}");
}

[Alias("test.filtered")]
public interface IFilteredGrain : IGrainWithStringKey
{
    [Alias("double")]
    Task<int> DoubleAsync(int number);

    [Alias("twice")]
    Task<int> TwiceAsync(int number);
}

/// <summary>Filters its own calls.</summary>
public sealed class FilteredGrain : Grain, IFilteredGrain, IIncomingGrainCallFilter
{
    public Task<int> DoubleAsync(int number) => Task.FromResult(2 * number);

    public Task<int> TwiceAsync(int number) => throw new OwnException("not like this");

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (OwnException)
        {
            context.Result = -1;
        }
    }
}
