using System.Net.Http.Headers;
using System.Text.Json;

namespace Cafeteria.Tests;

internal static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        try
        {
            return JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException)
        {
            throw new InvalidOperationException($"{(int)response.StatusCode} with no JSON: '{text}'");
        }
    }

    /// <summary>Asserts the status, and answers the body.</summary>
    public static async Task<JsonElement> IsAsync(this HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status,
            $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.PathAndQuery}: expected {status}, got {(int)response.StatusCode}: {text}");
        return text.Length == 0 || response.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.Ordinal) is not true ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Asserts a problem in full: status, content type, code, and every member that the contract promises.</summary>
    public static async Task<JsonElement> IsProblemAsync(this HttpResponseMessage response, int status, string code)
    {
        var body = await response.IsAsync(status);
        var request = $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.PathAndQuery}";
        Assert.True(response.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{request}: content type {response.Content.Headers.ContentType}");
        Assert.True(body.GetProperty("code").GetString() == code, $"{request}: expected {code}, got {body}");
        Assert.Equal(status, body.GetProperty("status").GetInt32());
        foreach (var member in new[] { "type", "title", "detail", "traceId" })
            Assert.False(string.IsNullOrWhiteSpace(body.GetProperty(member).GetString()), $"{request}: {member} is missing in {body}");
        return body;
    }

    public static int? RetryAfterSeconds(this HttpResponseMessage response)
        => response.Headers.RetryAfter is RetryConditionHeaderValue { Delta: { } delta } ? (int)delta.TotalSeconds : null;

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static int Number(this JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
