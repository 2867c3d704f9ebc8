using System.Buffers;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Cafeteria.Accounts;
using Cafeteria.Kitchen;
using Cafeteria.Operations;
using Cafeteria.Orders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Cafeteria.Http;

/// <summary>
/// A JSON body, read strictly: numbers are numbers, no NUL in any string, UTF-8 alone, 64 KB at most. The framework's own
/// body binding answers an unknown charset with 500 and takes <c>"2"</c> for a number.
/// </summary>
internal class Body<T> : IBindableFromHttpContext<Body<T>>, IEndpointParameterMetadataProvider
    where T : class
{
    private protected Body(T? value) => Value = value!;

    public T Value { get; }

    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
        => new(await ReadAsync(context) ?? throw RefusalException.Invalid("The body must be a JSON object."));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
        => builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), isOptional: false));

    /// <summary>The body, or null when there is none.</summary>
    private protected static async ValueTask<T?> ReadAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            var buffer = read.Buffer;
            if (buffer.Length > RequestChecks.MaxBodyBytes)
            {
                reader.AdvanceTo(buffer.End);
                throw RefusalException.TooLarge();
            }

            if (!read.IsCompleted)
            {
                reader.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            try
            {
                if (buffer.IsEmpty)
                    return null;
                if (!RequestJson.IsJson(context.Request.ContentType))
                    throw RefusalException.WrongMediaType();
                return RequestJson.Read<T>(buffer);
            }
            finally
            {
                reader.AdvanceTo(buffer.End);
            }
        }
    }
}

/// <summary>A JSON body that may be left out.</summary>
internal sealed class OptionalBody<T> : Body<T>, IBindableFromHttpContext<OptionalBody<T>>, IEndpointParameterMetadataProvider
    where T : class
{
    private OptionalBody(T? value) : base(value)
    {
    }

    public static new async ValueTask<OptionalBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter) => new(await ReadAsync(context));

    public static new void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
        => builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), isOptional: true));
}

internal static class RequestJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        MaxDepth = 16,
        TypeInfoResolver = ApiJson.Default,
        Converters = { new NoNul(), new Exact<Fulfilment>(), new Exact<PaymentMethod>(), new Exact<StationMode>(), new Exact<Role>(), new Exact<ChaosPart>(), new Exact<ChaosMode>() },
    };

    public static T? Read<T>(ReadOnlySequence<byte> body)
        where T : class
    {
        // The reader looks only at the text it is asked for; what is skipped could be anything.
        var bytes = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        if (!Utf8.IsValid(bytes))
            throw RefusalException.Invalid("The body is not valid UTF-8.");
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        try
        {
            var value = JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)));
            if (reader.Read())
                throw RefusalException.Invalid("There is more than one JSON value in the body.");
            return value ?? throw RefusalException.Invalid("The body must be a JSON object.");
        }
        catch (JsonException e)
        {
            throw RefusalException.Invalid(Describe(e));
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
        {
            // Text that is no text: invalid UTF-8, half a surrogate pair.
            throw RefusalException.Invalid("The body is not valid JSON in UTF-8.");
        }
    }

    public static bool IsJson(string? contentType)
        => contentType is "application/json" || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase)));

    private static string Describe(JsonException e)
        => e.Path is { Length: > 1 } path && path.Length < 100
            ? $"The body does not fit at {path.TrimStart('$', '.')}."
            : "The body is not valid JSON for this request.";

    /// <summary>The framework's converter also takes <c>"Pickup "</c> and <c>"pickup,dine_in"</c>.</summary>
    private sealed class Exact<TEnum> : JsonConverter<TEnum>
        where TEnum : struct, Enum
    {
        public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => reader.TokenType is JsonTokenType.String && Snake<TEnum>.TryParse(reader.GetString()!, out var value) ? value : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) => writer.WriteStringValue(Snake<TEnum>.Name(value));
    }

    private sealed class NoNul : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is not JsonTokenType.String)
                throw new JsonException();
            var text = reader.GetString();
            return text!.Contains('\0', StringComparison.Ordinal) ? throw new JsonException("A text contains a NUL character.") : text;
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
