using System.Net.ServerSentEvents;
using System.Text.Json;
using Cafeteria.Operations;

namespace Cafeteria.Tracking;

/// <summary>An event as it leaves, on an event stream or in a WebSocket's text frame.</summary>
internal readonly record struct StreamEvent(string Type, string? Id, byte[] Data)
{
    public static readonly StreamEvent Ping = new("ping", null, "{}"u8.ToArray());

    public static StreamEvent Of<T>(string type, int? id, T data, JsonSerializerOptions json)
        => new(type, id?.ToString(System.Globalization.CultureInfo.InvariantCulture), JsonSerializer.SerializeToUtf8Bytes(data, json));

    /// <summary>Once it has left: a ping tells nobody anything.</summary>
    public void CountPushed()
    {
        if (Type != Ping.Type)
            ApiMetrics.Pushed();
    }

    public SseItem<byte[]> ToSse() => new(Data, Type) { EventId = Id };

    /// <summary><c>{"event":"status",…}</c>: the data with its type as one more member.</summary>
    public byte[] ToFrame()
    {
        ReadOnlySpan<byte> rest = Data.AsSpan(1);
        return [.. """{"event":"""u8, (byte)'"', .. System.Text.Encoding.UTF8.GetBytes(Type), (byte)'"', .. rest is [(byte)'}'] ? ""u8 : ","u8, .. rest];
    }
}
