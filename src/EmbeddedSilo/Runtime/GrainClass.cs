using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>What is known of a class of grains, and those of them that are in memory.</summary>
internal sealed class GrainClass
{
    private readonly ObjectFactory _factory;
    private readonly Func<Activation, object>[] _facets;

    public GrainClass(Type implementation, GrainCollectionOptions collection)
    {
        Implementation = implementation;
        Type = GrainType.Create(implementation.GetCustomAttribute<GrainTypeAttribute>()?.Name ?? NameOf(implementation));
        IsReentrant = implementation.IsDefined(typeof(ReentrantAttribute), inherit: true);
        IsCallFilter = implementation.IsAssignableTo(typeof(IIncomingGrainCallFilter));
        StreamNamespaces = [.. implementation.GetCustomAttributes<ImplicitStreamSubscriptionAttribute>().Select(of => of.StreamNamespace)];
        CollectionAge = AgeOf(implementation, collection);

        var facets = PersistentStates(implementation);
        _facets = [.. facets.Select(facet => facet.Create)];
        _factory = ActivatorUtilities.CreateFactory(implementation, [.. facets.Select(facet => facet.Type)]);
    }

    public Type Implementation { get; }

    public GrainType Type { get; }

    public bool IsReentrant { get; }

    public bool IsCallFilter { get; }

    /// <summary>In milliseconds; negative: never.</summary>
    public long CollectionAge { get; }

    public string[] StreamNamespaces { get; }

    public ConcurrentDictionary<string, Activation> Activations { get; } = new(StringComparer.Ordinal);

    public object Create(Activation activation)
    {
        var facets = new object[_facets.Length];
        for (var i = 0; i < facets.Length; i++)
        {
            facets[i] = _facets[i](activation);
        }

        return _factory(activation.ActivationServices, facets);
    }

    // As Orleans names them, for the names stand in stored rows: the class's name in lower case without "Grain" at its end.
    private static string NameOf(Type implementation)
    {
#pragma warning disable CA1308 // lower case is the stored form
        var name = implementation.Name.ToLowerInvariant();
#pragma warning restore CA1308
        return name.Length > 5 && name.EndsWith("grain", StringComparison.Ordinal) ? name[..^5] : name;
    }

    private static long AgeOf(Type implementation, GrainCollectionOptions collection)
    {
        var age = collection.ClassSpecificCollectionAge.TryGetValue(implementation.FullName!, out var specific) ? specific
            : implementation.GetCustomAttribute<CollectionAgeLimitAttribute>()?.AgeLimit ?? collection.CollectionAge;
        return age == Timeout.InfiniteTimeSpan ? -1 : (long)age.TotalMilliseconds;
    }

    private static List<(Type Type, Func<Activation, object> Create)> PersistentStates(Type implementation)
    {
        var facets = new List<(Type, Func<Activation, object>)>();
        var constructor = implementation.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)
            ?? throw new InvalidOperationException($"{implementation} has no public constructor.");
        foreach (var parameter in constructor.GetParameters())
        {
            if (parameter.GetCustomAttribute<PersistentStateAttribute>() is not { } state)
            {
                continue;
            }

            if (!parameter.ParameterType.IsGenericType || parameter.ParameterType.GetGenericTypeDefinition() != typeof(IPersistentState<>))
            {
                throw new ArgumentException($"{implementation}: the parameter {parameter.Name} is not an IPersistentState<>.");
            }

            var create = typeof(Storage.PersistentState<>).MakeGenericType(parameter.ParameterType.GetGenericArguments())
                .GetMethod("Create", BindingFlags.Static | BindingFlags.Public)!
                .CreateDelegate<Func<IPersistentStateConfiguration, Activation, object>>();
            facets.Add((parameter.ParameterType, activation => create(state, activation)));
        }

        return facets;
    }
}
