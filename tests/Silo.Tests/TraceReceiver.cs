using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cafeteria.Tests;

/// <param name="Parent">Empty for a root.</param>
/// <param name="Links">The spans it points to, in whatever trace.</param>
internal sealed record Span(string Trace, string Id, string Parent, string Name, int Kind, IReadOnlyList<string> Links);

/// <summary>What a collector of traces hears: OTLP over HTTP, the few fields of it that make the shape of a trace.</summary>
internal sealed class TraceReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Span> _spans = [];

    private TraceReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            foreach (var span in Protobuf.Messages(body.ToArray(), 1, 2, 2).Select(Read))
                _spans.Enqueue(span);
            return Results.Bytes([], "application/x-protobuf");
        });
    }

    public IReadOnlyCollection<Span> Spans => _spans;

    public Uri Address => new(_app.Urls.First());

    public static async Task<TraceReceiver> StartAsync()
    {
        var receiver = new TraceReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Span Read(ReadOnlyMemory<byte> span) => new(
        Hex(span, 1), Hex(span, 2), Hex(span, 4), Encoding.UTF8.GetString(Protobuf.Messages(span, 5).FirstOrDefault().Span),
        (int)Protobuf.Number(span, 6), [.. Protobuf.Messages(span, 13).Select(link => Hex(link, 2))]);

    private static string Hex(ReadOnlyMemory<byte> message, int field) => Convert.ToHexStringLower(Protobuf.Messages(message, field).FirstOrDefault().Span);

    /// <summary>Enough of the wire format to walk along field numbers.</summary>
    private static class Protobuf
    {
        public static IEnumerable<ReadOnlyMemory<byte>> Messages(ReadOnlyMemory<byte> message, params int[] path) => path is [var field, .. var rest]
            ? Fields(message).Where(found => found.Field == field && found.Bytes is not null)
                .SelectMany(found => rest.Length == 0 ? [found.Bytes!.Value] : Messages(found.Bytes!.Value, rest))
            : [message];

        public static ulong Number(ReadOnlyMemory<byte> message, int field) => Fields(message).FirstOrDefault(found => found.Field == field).Value;

        private static IEnumerable<(int Field, ulong Value, ReadOnlyMemory<byte>? Bytes)> Fields(ReadOnlyMemory<byte> message)
        {
            for (var at = 0; at < message.Length;)
            {
                var tag = Varint(message.Span, ref at);
                switch (tag & 7)
                {
                    case 0:
                        yield return ((int)(tag >> 3), Varint(message.Span, ref at), null);
                        break;
                    case 1:
                        yield return ((int)(tag >> 3), BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..]), null);
                        at += 8;
                        break;
                    case 2:
                        var length = (int)Varint(message.Span, ref at);
                        yield return ((int)(tag >> 3), 0, message.Slice(at, length));
                        at += length;
                        break;
                    case 5:
                        at += 4;
                        break;
                    default:
                        throw new InvalidDataException($"Wire type {tag & 7}.");
                }
            }
        }

        private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
        {
            var value = 0ul;
            for (var shift = 0; ; shift += 7)
            {
                var next = bytes[at++];
                value |= (ulong)(next & 0x7f) << shift;
                if (next < 0x80)
                    return value;
            }
        }
    }
}
