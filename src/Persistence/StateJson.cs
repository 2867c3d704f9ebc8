using System.Text.Encodings.Web;
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
            // Names in Bengali stay readable and short; nothing stored is ever put into a page unescaped.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            TypeInfoResolver = JsonTypeInfoResolver.Combine([.. contexts, new DefaultJsonTypeInfoResolver()]),
        };
        Options.MakeReadOnly();
    }

    public JsonSerializerOptions Options { get; }

    public byte[] Write<T>(T state) => JsonSerializer.SerializeToUtf8Bytes(state, Options);

    public T Read<T>(byte[] payload) =>
        JsonSerializer.Deserialize<T>(payload, Options) ?? throw new JsonException($"A stored {typeof(T).Name} is null.");
}
