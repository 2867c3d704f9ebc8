using System.Text;
using System.Text.Json;
using Cafeteria.Tests.Fuzz;

namespace Cafeteria.Tests.Http;

/// <summary>
/// What no client library would send. What the web server itself refuses has a status and no body, for nothing of ours has
/// seen it; the nginx that ships says the same with a code (deploy/nginx, NginxTests).
/// </summary>
[Collection(AppCollection.Name)]
public sealed class RawRequestTests(CafeteriaApp app)
{
    [Theory]
    [InlineData("NONSENSE\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /api/v1/menu HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400)]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", 400)]
    [InlineData("GET /api/v1/menu HTTP/9.9\r\nHost: x\r\n\r\n", 505)]
    public async Task What_is_no_http_is_refused_without_a_body(string request, int status) => await IsRefusedAsync(request, status);

    [Fact]
    public async Task An_address_and_headers_have_an_end()
    {
        await IsRefusedAsync($"GET /{new string('a', 9_000)} HTTP/1.1\r\nHost: x\r\n\r\n", 414);
        await IsRefusedAsync($"GET / HTTP/1.1\r\nHost: x\r\nX-Long: {new string('a', 17_000)}\r\n\r\n", 431);
        var many = string.Concat(Enumerable.Range(0, 65).Select(i => $"X-{i}: 1\r\n"));
        await IsRefusedAsync($"GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n", 431);
    }

    [Theory]
    [InlineData("Content-Length: 70000\r\n\r\n", 413, "body_too_large")]
    [InlineData("Content-Length: 9000000\r\n\r\n", 413, "body_too_large")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n11171\r\n", 413, "body_too_large")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "invalid_request")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n\r\n", 400, "invalid_request")]
    public async Task A_body_that_is_too_long_or_broken_is_a_problem_with_a_code(string rest, int status, string code)
    {
        using var connection = new RawConnection(app.Address);
        var body = rest.EndsWith("11171\r\n", StringComparison.Ordinal) ? new string(' ', 0x11171) + "\r\n0\r\n\r\n" : "";
        var answer = await connection.SendAsync(Encoding.ASCII.GetBytes($"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{rest}{body}"));
        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.ContentType));
        using var problem = JsonDocument.Parse(answer.Body);
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
    }

    private async Task IsRefusedAsync(string request, int status)
    {
        using var connection = new RawConnection(app.Address);
        var answer = await connection.SendAsync(Encoding.ASCII.GetBytes(request));
        Assert.Equal((status, ""), (answer.Status, answer.Body));
        Assert.True((await app.GetAsync("/healthz")).IsSuccessStatusCode);
    }
}
