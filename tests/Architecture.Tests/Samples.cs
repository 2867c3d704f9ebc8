using System.Collections;
using System.Reflection;

namespace Cafeteria.Tests;

/// <summary>A value of any message type, every member filled with something that is not its default.</summary>
internal static class Samples
{
    private static int _next;

    public static object Of(Type type)
    {
        var n = ++_next;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying);
        if (type == typeof(string))
            return $"text {n} ৳ \"";
        if (type == typeof(bool))
            return true;
        if (type == typeof(int))
            return n;
        if (type == typeof(long))
            return long.MaxValue - n;
        if (type == typeof(double))
            return n + 0.5;
        if (type == typeof(TimeSpan))
            return TimeSpan.FromMilliseconds(n);
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(2026, 3, 2, 17, 30, 0, TimeSpan.Zero).AddTicks(n);
        if (type == typeof(DateOnly))
            return new DateOnly(2026, 3, 2).AddDays(n % 365);
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
            return Array(type.GetGenericArguments()[0]);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableDictionary<,>))
            return Dictionary(type.GetGenericArguments());
        if (type.IsAbstract)
            return Of(type.GetNestedTypes().First(nested => nested.IsSubclassOf(type)));
        return Message(type);
    }

    /// <summary>Every member that is data, however deep, so that two values can be compared that have arrays in them.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "null",
        DateTimeOffset time => time.ToString("O"),
        string or ValueType when value.GetType().Namespace == "System" || value is string || value.GetType().IsEnum => $"{value}",
        IDictionary dictionary => $"{{{string.Join(", ", dictionary.Keys.Cast<object>().Select(key => $"{Describe(key)}: {Describe(dictionary[key])}").Order())}}}",
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Describe))}]",
        _ => $"{value.GetType().Name} ({string.Join(", ", Members(value.GetType()).Select(member => $"{member.Name} = {Describe(member.GetValue(value))}"))})",
    };

    private static object Message(Type type)
    {
        var constructor = type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First();
        var message = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Of(parameter.ParameterType))]);
        foreach (var member in Members(type).Where(member => member.SetMethod is not null && constructor.GetParameters().All(parameter => parameter.Name != member.Name)))
            member.SetValue(message, Of(member.PropertyType));
        return message;
    }

    private static IEnumerable<PropertyInfo> Members(Type type) =>
        type.GetProperties().Where(property => property.IsDefined(typeof(IdAttribute)));

    private static object Array(Type item)
    {
        var items = System.Array.CreateInstance(item, 2);
        items.SetValue(Of(item), 0);
        items.SetValue(Of(item), 1);
        return typeof(ImmutableArray).GetMethods()
            .Single(method => method.Name == "Create" && method.GetParameters() is [{ ParameterType.IsArray: true } only] && only.GetCustomAttribute<ParamArrayAttribute>() is not null)
            .MakeGenericMethod(item).Invoke(null, [items])!;
    }

    private static object Dictionary(Type[] types)
    {
        var empty = typeof(ImmutableDictionary<,>).MakeGenericType(types).GetField("Empty")!.GetValue(null)!;
        return empty.GetType().GetMethod("Add", types)!.Invoke(empty, [Of(types[0]), Of(types[1])])!;
    }
}
