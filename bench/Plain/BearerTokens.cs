using System.Collections.Concurrent;
using System.Security.Claims;

namespace Cafeteria.Bench.Plain;

/// <summary>The product's way (<c>RememberTokens</c>): a token is checked once and remembered, with neither handler nor ticket for each request.</summary>
internal sealed class BearerTokens(RequestDelegate next, SigningKey key)
{
    private const int Most = 20_000;

    private readonly ConcurrentDictionary<string, Student>.AlternateLookup<ReadOnlySpan<char>> _verified =
        new ConcurrentDictionary<string, Student>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    private int _count;

    public Task InvokeAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString().AsSpan();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && Find(header["Bearer ".Length..].Trim()) is { } student)
            context.User = student;
        return next(context);
    }

    private Student? Find(ReadOnlySpan<char> token)
    {
        if (!_verified.TryGetValue(token, out var student) && key.Check(token.ToString()) is var (login, expires))
        {
            student = new Student(login, expires);
            if (Interlocked.Increment(ref _count) <= Most)
                _verified[token] = student;
        }

        return student is not null && DateTimeOffset.UtcNow.ToUnixTimeSeconds() < student.Expires ? student : null;
    }

    private sealed class Student(string login, long expires) : ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", login)], TokenHandler.Name, "sub", "role"))
    {
        public long Expires => expires;
    }
}
