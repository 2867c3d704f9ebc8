namespace Cafeteria.Http;

/// <summary>The header by which a client replaces only what it has seen (RFC 9110, section 13.1.1).</summary>
internal static class IfMatch
{
    public const string Header = "If-Match";
    public const string Rule = "If-Match takes one version in quotes, or *.";

    /// <summary>False when there is one that is none. Null when the header is not there, or any version will do.</summary>
    public static bool TryRead(HttpRequest request, out string? version)
    {
        version = null;
        if (!request.Headers.TryGetValue(Header, out var values))
            return true;
        if (values is not [{ Length: <= 100 } only])
            return false;
        if (only == "*")
            return true;
        if (only is not ['"', .. { Length: > 0 } between, '"'] || between.Contains('"', StringComparison.Ordinal))
            return false;
        version = between;
        return true;
    }
}
