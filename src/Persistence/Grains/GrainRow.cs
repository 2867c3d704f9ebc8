namespace Cafeteria.Persistence;

/// <param name="payload">Null deletes the row.</param>
internal sealed class GrainRow(string grainId, string name, long? expected, long etag, byte[]? payload)
    : Write(KeyOf(grainId, name), expected, etag, payload?.Length ?? 0)
{
    public string GrainId { get; } = grainId;

    public string Name { get; } = name;

    public byte[]? Payload { get; } = payload;

    public static string KeyOf(string grainId, string name) => $"{grainId} {name}";
}

/// <summary>A row as read: no row has no ETag.</summary>
internal readonly record struct StoredRow(long? Etag, byte[]? Payload);
