using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans.Runtime;

namespace Cafeteria.Tests;

/// <summary>
/// What every grain interface and message of an assembly must keep to. Messages are shared by caller and grain on the embedded
/// host and cross a wire on Orleans, so they must be immutable on the one and serializable, under stable names and numbers, on
/// the other. Most of these mistakes no compiler finds.
/// </summary>
public static class ContractRules
{
    private static readonly HashSet<Type> Atoms =
    [
        typeof(string), typeof(decimal), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly),
        typeof(TimeSpan), typeof(CancellationToken), typeof(void), typeof(Task), typeof(ValueTask), typeof(GrainId), typeof(StreamId),
        typeof(Uri),
    ];

    private static readonly HashSet<Type> ImmutableCollections =
    [
        typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>),
        typeof(ImmutableHashSet<>), typeof(ImmutableSortedSet<>), typeof(Nullable<>), typeof(KeyValuePair<,>),
    ];

    /// <summary>
    /// Every breach of the rules by the grain interfaces and observers of <paramref name="assembly"/>, by its types marked
    /// <c>[GenerateSerializer]</c>, and by all they consist of. Empty if there is none.
    /// </summary>
    public static IReadOnlyList<string> Violations(Assembly assembly)
    {
        var violations = new List<string>();
        var seen = new HashSet<Type>();
        var types = assembly.GetTypes().Where(type => !IsGenerated(type)).ToList();
        foreach (var contract in types.Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable))))
        {
            CheckInterface(contract, seen, violations);
        }

        foreach (var message in types.Where(type => !type.IsInterface && type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)))
        {
            CheckValue(message, $"{message}", seen, violations);
        }

        foreach (var group in seen.Concat(types.Where(type => type.IsInterface))
            .SelectMany(type => type.GetCustomAttributes<AliasAttribute>(inherit: false).Select(alias => (alias.Alias, Type: type)))
            .GroupBy(named => named.Alias, named => named.Type).Where(group => group.Distinct().Count() > 1))
        {
            violations.Add($"the alias \"{group.Key}\" stands on {string.Join(" and ", group.Distinct())}");
        }

        return violations;
    }

    private static void CheckInterface(Type contract, HashSet<Type> seen, List<string> violations)
    {
        if (!contract.IsDefined(typeof(AliasAttribute), inherit: false))
        {
            violations.Add($"{contract} has no [Alias]");
        }

        if (contract.GetProperties().Length > 0)
        {
            violations.Add($"{contract} has a property: only methods can be called");
        }

        foreach (var method in contract.GetMethods().Where(method => !method.IsSpecialName))
        {
            var where = $"{contract}.{method.Name}";
            if (method.IsGenericMethodDefinition)
            {
                violations.Add($"{where} is generic");
            }

            var parameters = method.GetParameters();
            var tokens = parameters.Count(parameter => parameter.ParameterType == typeof(CancellationToken));
            if (tokens > 1 || (tokens == 1 && parameters[^1].ParameterType != typeof(CancellationToken)))
            {
                violations.Add($"{where}: one CancellationToken at most, and last");
            }

            foreach (var parameter in parameters)
            {
                CheckValue(parameter.ParameterType, $"{where}({parameter.Name})", seen, violations);
            }

            CheckResult(method.ReturnType, where, seen, violations);
        }

        foreach (var alias in contract.GetMethods().SelectMany(method => method.GetCustomAttributes<AliasAttribute>())
            .GroupBy(alias => alias.Alias).Where(group => group.Count() > 1))
        {
            violations.Add($"{contract} has two methods with the alias \"{alias.Key}\"");
        }
    }

    private static void CheckResult(Type returned, string where, HashSet<Type> seen, List<string> violations)
    {
        var definition = returned.IsGenericType ? returned.GetGenericTypeDefinition() : returned;
        if (definition == typeof(Task<>) || definition == typeof(ValueTask<>))
        {
            CheckValue(returned.GetGenericArguments()[0], where, seen, violations);
        }
        else if (definition != typeof(Task) && definition != typeof(ValueTask) && definition != typeof(void))
        {
            violations.Add($"{where} returns {returned}: only tasks, their results and nothing");
        }
    }

    private static void CheckValue(Type type, string where, HashSet<Type> seen, List<string> violations)
    {
        if (type.IsPrimitive || Atoms.Contains(type) || type.IsGenericParameter || type.IsAssignableTo(typeof(IAddressable))
            || (type.IsAssignableTo(typeof(Exception)) && type.Namespace!.StartsWith("System", StringComparison.Ordinal)))
        {
            return;
        }

        if (type.IsGenericType && ImmutableCollections.Contains(type.GetGenericTypeDefinition()))
        {
            foreach (var argument in type.GetGenericArguments())
            {
                CheckValue(argument, where, seen, violations);
            }

            return;
        }

        if (type.IsArray || type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true)
        {
            violations.Add($"{where}: {type} is not immutable");
            return;
        }

        if (!seen.Add(type))
        {
            return;
        }

        if (type.IsEnum)
        {
            return;
        }

        CheckMessage(type, seen, violations);
    }

    private static void CheckMessage(Type type, HashSet<Type> seen, List<string> violations)
    {
        if (!type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
        {
            violations.Add($"{type} has no [GenerateSerializer]");
        }

        if (!type.IsDefined(typeof(AliasAttribute), inherit: false))
        {
            violations.Add($"{type} has no [Alias]");
        }

        if (type.IsAbstract)
        {
            CheckCases(type, seen, violations);
        }
        else if (type.IsClass && !type.IsSealed)
        {
            violations.Add($"{type} is not sealed");
        }
        else if (type.IsValueType && !type.IsDefined(typeof(IsReadOnlyAttribute), inherit: false))
        {
            violations.Add($"{type} is not a readonly struct");
        }

        CheckMembers(type, seen, violations);
    }

    private static void CheckCases(Type type, HashSet<Type> seen, List<string> violations)
    {
        var open = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(constructor => constructor.GetParameters() is not [var copied] || copied.ParameterType != type)
            .Any(constructor => !constructor.IsPrivate && !constructor.IsAssembly && !constructor.IsFamilyAndAssembly);
        if (open)
        {
            violations.Add($"{type} is abstract, and its cases are not closed by a private constructor");
        }

        foreach (var nested in type.GetNestedTypes().Where(nested => nested.IsSubclassOf(type)))
        {
            CheckValue(nested, $"{type}", seen, violations);
        }
    }

    private static void CheckMembers(Type type, HashSet<Type> seen, List<string> violations)
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var parameters = type.GetConstructors(Own)
            .SelectMany(constructor => constructor.GetParameters())
            .Where(parameter => parameter.IsDefined(typeof(IdAttribute)))
            .GroupBy(parameter => parameter.Name!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().GetCustomAttribute<IdAttribute>()!.Id, StringComparer.Ordinal);
        var ids = new List<uint>();
        foreach (var property in type.GetProperties(Own).Where(property => property.Name != "EqualityContract" && property.GetIndexParameters().Length == 0))
        {
            var id = property.GetCustomAttribute<IdAttribute>()?.Id
                ?? (parameters.TryGetValue(property.Name, out var onParameter) ? onParameter : null);
            if (id is { } number)
            {
                ids.Add(number);
                CheckValue(property.PropertyType, $"{type}.{property.Name}", seen, violations);
            }
            else if (IsStored(property))
            {
                violations.Add($"{type}.{property.Name} has no [Id]");
            }

            // An exception's members may be set by the deserializer, which has no constructor of its own to call.
            if (property.SetMethod is { } setter && !(type.IsAssignableTo(typeof(Exception)) && !setter.IsPublic) && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)))
            {
                violations.Add($"{type}.{property.Name} can be set");
            }
        }

        foreach (var field in type.GetFields(Own).Where(field => !field.IsDefined(typeof(CompilerGeneratedAttribute))))
        {
            if (field.GetCustomAttribute<IdAttribute>() is { } id)
            {
                ids.Add(id.Id);
                CheckValue(field.FieldType, $"{type}.{field.Name}", seen, violations);
            }

            if (!field.IsInitOnly)
            {
                violations.Add($"{type}.{field.Name} can be set");
            }
        }

        ids.Sort();
        if (!ids.SequenceEqual(Enumerable.Range(0, ids.Count).Select(number => (uint)number)))
        {
            violations.Add($"{type} has the ids {string.Join(", ", ids)}: from 0, without holes, each once");
        }
    }

    // A property with a field of its own, as against one that is computed.
    private static bool IsStored(PropertyInfo property) =>
        property.DeclaringType!.GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic) is not null;

    // What Orleans' own generator adds to an assembly is its own affair.
    private static bool IsGenerated(Type type) => type.Namespace?.StartsWith("OrleansCodeGen", StringComparison.Ordinal) == true;
}
