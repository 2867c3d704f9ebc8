using System.Net;

namespace Cafeteria.Silo;

/// <summary>
/// <c>--health</c>: asks the process that listens at the configured address whether it lives. For a container without a
/// shell, whose only program this is. It takes the same settings as the process it asks, so it finds the same address.
/// </summary>
internal static class HealthProbe
{
    public const string Option = "--health";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>0 when <c>/healthz</c> answers 200; 1, with the reason on stderr, otherwise.</summary>
    public static async Task<int> AskAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var address = AddressOf(builder.Configuration["urls"] ?? "");
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(new Uri(address, "/healthz"));
            if (answer.StatusCode is HttpStatusCode.OK)
                return 0;
            Console.Error.WriteLine($"{address}healthz answers {(int)answer.StatusCode}.");
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            Console.Error.WriteLine($"{address}healthz does not answer: {exception.Message}");
        }

        return 1;
    }

    /// <summary>The first address that is listened at, as this machine itself calls it.</summary>
    internal static Uri AddressOf(string urls)
    {
        var url = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "http://localhost:8080";
        foreach (var any in (string[])["://+", "://*", "://0.0.0.0", "://[::]"])
            url = url.Replace(any, "://localhost", StringComparison.Ordinal);
        return new Uri(url);
    }
}
