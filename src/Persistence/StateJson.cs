using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Cafeteria.Persistence;

/// <summary>How states are written into <c>jsonb</c>. Property renames break what is stored; additions do not.</summary>
internal sealed class StateJson
{
    public StateJson(IEnumerable<JsonSerializerContext> contexts)
    {
        Options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            // jsonb keeps no order of properties: a union's discriminator can come last.
            AllowOutOfOrderMetadataProperties = true,
            Encoder = GeneratedJson.Encoder,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            TypeInfoResolver = JsonTypeInfoResolver.Combine([.. contexts, new DefaultJsonTypeInfoResolver()]),
        };
        Options.MakeReadOnly();
    }

    public JsonSerializerOptions Options { get; }

    public byte[] Write<T>(T state) => GeneratedJson.Write(state, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T))).ToArray();

    public T Read<T>(byte[] payload) =>
        JsonSerializer.Deserialize<T>(payload, Options) ?? throw new JsonException($"A stored {typeof(T).Name} is null.");
}
