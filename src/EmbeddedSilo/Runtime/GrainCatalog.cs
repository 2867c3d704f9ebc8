using System.Collections.Concurrent;
using System.Reflection;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>The grain classes of this process: those in every assembly that refers to this one.</summary>
internal sealed class GrainCatalog
{
    private static readonly string OwnName = typeof(GrainCatalog).Assembly.GetName().Name!;

    private readonly GrainCollectionOptions _collection;
    private readonly ConcurrentDictionary<Type, GrainClass> _byInterface = new();
    private readonly Dictionary<GrainType, GrainClass> _byType = [];

    public GrainCatalog(GrainCollectionOptions collection)
    {
        _collection = collection;
        foreach (var implementation in Implementations())
        {
            var grainClass = new GrainClass(implementation, _collection);
            if (!_byType.TryAdd(grainClass.Type, grainClass))
            {
                throw new InvalidOperationException(
                    $"{implementation} and {_byType[grainClass.Type].Implementation} would both be the grain type \"{grainClass.Type}\".");
            }
        }
    }

    public IEnumerable<GrainClass> Classes => _byType.Values;

    public GrainClass For(Type interfaceType) => _byInterface.GetOrAdd(interfaceType, static (wanted, self) => self.Find(wanted, null), this);

    /// <summary>For one of several implementations, told by the start of the class's full name.</summary>
    public GrainClass For(Type interfaceType, string? classNamePrefix) =>
        string.IsNullOrEmpty(classNamePrefix) ? For(interfaceType) : Find(interfaceType, classNamePrefix);

    public GrainClass For(GrainType type) =>
        _byType.GetValueOrDefault(type) ?? throw new ArgumentException($"There is no grain class of type \"{type}\".");

    private GrainClass Find(Type interfaceType, string? prefix)
    {
        var found = _byType.Values
            .Where(candidate => candidate.Implementation.IsAssignableTo(interfaceType)
                && (prefix is null || candidate.Implementation.FullName!.StartsWith(prefix, StringComparison.Ordinal)))
            .Take(2)
            .ToList();
        return found switch
        {
            [var only] => only,
            [] => throw new ArgumentException($"Could not find an implementation for interface {interfaceType}"),
            _ => throw new ArgumentException($"Unable to identify a single appropriate grain type for interface {interfaceType}."),
        };
    }

    private static IEnumerable<Type> Implementations() =>
        from assembly in AssembliesWithGrains()
        from type in assembly.GetTypes()
        where type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && type.IsAssignableTo(typeof(IGrainBase))
        where type.GetInterfaces().Any(of => of != typeof(IGrain) && of.IsAssignableTo(typeof(IGrain)))
        select type;

    // What is referred to but was not needed yet is not loaded yet: follow the references.
    private static List<Assembly> AssembliesWithGrains()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var found = new List<Assembly>();
        var open = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic));
        while (open.TryDequeue(out var assembly))
        {
            if (assembly.GetName().Name is not { } name || IsFramework(name) || !seen.Add(name))
            {
                continue;
            }

            var references = assembly.GetReferencedAssemblies();
            if (references.Any(reference => reference.Name == OwnName))
            {
                found.Add(assembly);
            }

            foreach (var reference in references.Where(reference => !IsFramework(reference.Name!) && !seen.Contains(reference.Name!)))
            {
                try
                {
                    open.Enqueue(Assembly.Load(reference));
                }
                catch (IOException)
                {
                    // Left out of the deployment: then it holds no grains of ours.
                }
            }
        }

        return found;
    }

    private static bool IsFramework(string name) =>
        name is "System" or "mscorlib" or "netstandard"
        || name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal);
}
