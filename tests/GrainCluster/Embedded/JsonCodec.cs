using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Cafeteria.EmbeddedSilo.Runtime;
using Orleans.Runtime;

namespace Cafeteria.Tests;

/// <summary>
/// Passes every message, result and state through JSON and back, as a wire would: what rests on shared memory, or does not
/// survive serialization, fails in the tests of the embedded host already.
/// </summary>
internal sealed class JsonCodec : IMessageCodec
{
    // What is not data travels beside the text, as its number in this list.
    [ThreadStatic]
    private static List<object>? _beside;

    private static readonly ConcurrentDictionary<Type, bool> PassesAsIs = new();

    private static readonly JsonSerializerOptions Options = new()
    {
        IncludeFields = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new BesideConverter(), new ImmutableArrayConverter(), new PairsConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { CloseUnions, BringWhatHasAnId, SetWhatIsNotPublic } },
    };

    public object? Copy(object? value, Type type)
    {
        if (value is null || PassesAsIs.GetOrAdd(value.GetType(), IsAtom))
        {
            return value;
        }

        // A collection behind an interface, or a plain object: what it is is known from the value alone.
        var declared = type == typeof(object) || (type.IsInterface && !type.IsGenericType) ? value.GetType() : type;
        var outer = _beside;
        _beside = [];
        try
        {
            return JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, declared, Options), declared, Options);
        }
        catch (Exception failure) when (failure is NotSupportedException or JsonException or InvalidOperationException)
        {
            throw new InvalidOperationException($"{declared} does not survive JSON, so it would not survive a wire: {failure.Message}", failure);
        }
        finally
        {
            _beside = outer;
        }
    }

    private static bool IsAtom(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal) || type == typeof(Guid)
        || type == typeof(DateTimeOffset) || type == typeof(DateTime) || type == typeof(TimeSpan) || type == typeof(DateOnly)
        || IsBeside(type);

    private static bool IsBeside(Type type) =>
        type.IsAssignableTo(typeof(IAddressable)) || type.IsAssignableTo(typeof(Exception)) || type.IsAssignableTo(typeof(Delegate))
        || type == typeof(CancellationToken) || type == typeof(GrainId) || type == typeof(StreamId) || type == typeof(Type);

    // A closed hierarchy: the cases are nested in their abstract base.
    private static void CloseUnions(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object || !info.Type.IsAbstract || info.PolymorphismOptions is not null)
        {
            return;
        }

        var cases = info.Type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic)
            .Concat(info.Type.Assembly.GetTypes())
            .Where(type => type is { IsAbstract: false, ContainsGenericParameters: false } && type.IsSubclassOf(info.Type))
            .Distinct()
            .ToList();
        if (cases.Count > 0)
        {
            info.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "$case" };
            cases.ForEach(type => info.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(type, type.FullName!)));
        }
    }

    // A wire carries what has an [Id], also what a stored JSON leaves out.
    private static void BringWhatHasAnId(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        foreach (var member in info.Type.GetProperties().Where(member =>
            member.IsDefined(typeof(Orleans.IdAttribute)) && member.IsDefined(typeof(JsonIgnoreAttribute)) && member.SetMethod is not null))
        {
            // The one that is there is left out for ever; another takes its place.
            foreach (var ignored in info.Properties.Where(property => property.Name == member.Name).ToList())
            {
                info.Properties.Remove(ignored);
            }

            var property = info.CreateJsonPropertyInfo(member.PropertyType, member.Name);
            info.Properties.Add(property);
            property.Get = member.GetValue;
            property.Set = member.SetValue;
        }
    }

    private static void SetWhatIsNotPublic(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        if (info.CreateObject is null && info.Type.IsValueType is false
            && info.Type.GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, []) is { } hidden
            && info.Type.GetConstructors().Length == 0)
        {
            info.CreateObject = () => hidden.Invoke([]);
        }

        var filled = info.Type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .Select(parameter => parameter.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var property in info.Properties.Where(property => property.Set is null && !filled.Contains(property.Name)).ToList())
        {
            if (property.AttributeProvider is PropertyInfo { SetMethod: { } setter })
            {
                property.Set = (target, value) => setter.Invoke(target, [value]);
            }
            else
            {
                // Computed from the others.
                info.Properties.Remove(property);
            }
        }
    }

    private sealed class BesideConverter : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => IsBeside(typeToConvert);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert))!;

        private sealed class Of<T> : JsonConverter<T>
        {
            public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
                (T)_beside![reader.GetInt32()];

            public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
            {
                writer.WriteNumberValue(_beside!.Count);
                _beside.Add(value!);
            }
        }
    }

    // A default array has no JSON of its own; it becomes null, and default again.
    private sealed class ImmutableArrayConverter : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

        private sealed class Of<T> : JsonConverter<ImmutableArray<T>>
        {
            public override bool HandleNull => true;

            public override ImmutableArray<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
                JsonSerializer.Deserialize<T[]?>(ref reader, options) is { } items ? [.. items] : default;

            public override void Write(Utf8JsonWriter writer, ImmutableArray<T> value, JsonSerializerOptions options) =>
                JsonSerializer.Serialize(writer, value.IsDefault ? null : value.ToArray(), options);
        }
    }

    // Keys that JSON has no property names for.
    private sealed class PairsConverter : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ImmutableDictionary<,>)
            && typeToConvert.GetGenericArguments()[0] is var key && !key.IsPrimitive && !key.IsEnum && key != typeof(string) && key != typeof(Guid)
            && key != typeof(DateTimeOffset) && key != typeof(DateTime) && key != typeof(DateOnly);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(Of<,>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

        private sealed class Of<TKey, TValue> : JsonConverter<ImmutableDictionary<TKey, TValue>>
            where TKey : notnull
        {
            public override ImmutableDictionary<TKey, TValue>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
                JsonSerializer.Deserialize<KeyValuePair<TKey, TValue>[]>(ref reader, options)?.ToImmutableDictionary();

            public override void Write(Utf8JsonWriter writer, ImmutableDictionary<TKey, TValue> value, JsonSerializerOptions options) =>
                JsonSerializer.Serialize(writer, value.ToArray(), options);
        }
    }
}
