namespace Cafeteria.Http;

/// <summary>Marks a route whose body may be larger than others' (and is no JSON).</summary>
internal sealed record LargerBody(int MaxBytes)
{
    /// <summary>The whole body as it is, or the refusal of one that is too large.</summary>
    public static async Task<byte[]> ReadAsync(HttpContext context)
    {
        var max = context.GetEndpoint()!.Metadata.GetRequiredMetadata<LargerBody>().MaxBytes;
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > max)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw RefusalException.TooLarge(max);
            }

            if (read.IsCompleted)
            {
                var body = System.Buffers.BuffersExtensions.ToArray(read.Buffer);
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
