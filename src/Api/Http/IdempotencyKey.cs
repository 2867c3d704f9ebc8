namespace Cafeteria.Http;

/// <summary>The header by which a client says that two requests are one.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";
    public const string Rule = "One key of 1 to 200 visible ASCII characters.";

    /// <summary>False when there is one that is none. Null when the header is not there.</summary>
    public static bool TryRead(HttpRequest request, out string? key)
    {
        key = null;
        if (!request.Headers.TryGetValue(Header, out var values))
            return true;
        if (values is not [{ Length: >= 1 and <= 200 } only] || only.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return false;
        key = only;
        return true;
    }
}
