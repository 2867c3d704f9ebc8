using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Cafeteria;

/// <summary>
/// Writes by the writer that was generated for a type. The serializer uses that one for no encoder but its default, which
/// writes Bengali as escapes; its way through the type's description took an order twice as long.
/// </summary>
public static class GeneratedJson
{
    private const int Kept = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>Names stay readable and short; nothing written here is ever put into a page unescaped.</summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>The bytes, until this thread writes the next.</summary>
    /// <param name="value">To be written.</param>
    /// <param name="type">Of a context whose options are as its reader's.</param>
    public static ReadOnlyMemory<byte> Write<T>(T value, JsonTypeInfo<T> type)
    {
        if (_buffer is not { Capacity: <= Kept } buffer)
            _buffer = buffer = new ArrayBufferWriter<byte>(4096);
        buffer.ResetWrittenCount();
        var writer = _writer ??= new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Encoder, SkipValidation = true });
        writer.Reset(buffer);
        if (type.SerializeHandler is { } write)
            write(writer, value);
        else
            JsonSerializer.Serialize(writer, value, type);
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
