namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>A state that has to be read before its grain is activated.</summary>
internal interface IStateFacet
{
    Task LoadAsync(CancellationToken cancellation);
}
