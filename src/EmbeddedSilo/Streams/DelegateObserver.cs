using Orleans.Streams;

namespace Cafeteria.EmbeddedSilo.Streams;

/// <summary>An observer that is a plain function.</summary>
internal sealed class DelegateObserver<T>(Func<T, StreamSequenceToken?, Task> onNext) : IAsyncObserver<T>
{
    public Task OnNextAsync(T item, StreamSequenceToken? token = null) => onNext(item, token);

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

/// <summary>An observer of batches that is a plain function.</summary>
internal sealed class DelegateBatchObserver<T>(Func<IList<SequentialItem<T>>, Task> onNext) : IAsyncBatchObserver<T>
{
    public Task OnNextAsync(IList<SequentialItem<T>> items) => onNext(items);

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
