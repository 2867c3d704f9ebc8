namespace Cafeteria.Students;

/// <summary>A customer: how many orders they have open. Key <c>{tenant}/{login}</c>.</summary>
[Alias("cafeteria.IStudentGrain")]
public interface IStudentGrain : IGrainWithStringKey
{
    /// <summary>May this order be opened? Counts it when so. Again with the same order: the same answer.</summary>
    [Alias("Open")]
    Task<OpenOrderResult> Open(string orderId);

    /// <summary>The order ended, or came to nothing. Idempotent. A lost one is found again before anyone is refused.</summary>
    [Alias("Close")]
    Task Close(string orderId);
}

[GenerateSerializer, Immutable, Alias("cafeteria.open-order-result")]
public sealed record OpenOrderResult([property: Id(0)] bool Allowed, [property: Id(1)] int Limit);
