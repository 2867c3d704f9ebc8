using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Cafeteria.Bench.Rush;

/// <param name="At">When the student meant to order.</param>
/// <param name="Key">Of the order, the same at every try.</param>
internal sealed record Visit(TimeSpan At, int Student, Line[] Lines, string Key, bool ReadsMenu, bool Follows)
{
    /// <summary>All chance is drawn here, so that a seed is a rush.</summary>
    /// <param name="readers">The share that reads the menu first, as <paramref name="followers"/> is the one that watches its order.</param>
    public static IEnumerable<Visit> Draw(Arrivals arrivals, Choice choice, int students, double readers, double followers, int seed = 1)
    {
        var random = new Random(seed);
        var appetite = new Appetite(choice);
        var evening = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
        var number = 0;
        foreach (var at in arrivals.Times(random))
            yield return new Visit(
                at, random.Next(students), appetite.Order(random), string.Create(CultureInfo.InvariantCulture, $"{evening}-{++number}"),
                random.NextDouble() < readers, random.NextDouble() < followers);
    }
}

/// <summary>
/// Open loop: visits begin when their time has come, however many are still waiting, and what a visit waited in here counts
/// as its own waiting. A generator that waits for answers before it asks again would leave out the slow times.
/// </summary>
internal sealed class Diners(HttpClient http, Students students, Tally tally, Followers followers, int retries)
{
    private string? _menuTag;

    public async Task RunAsync(IEnumerable<Visit> visits, Action<TimeSpan> progress)
    {
        var started = Stopwatch.GetTimestamp();
        var nextProgress = TimeSpan.FromSeconds(1);
        var open = new List<Task>();
        foreach (var visit in visits)
        {
            while (Stopwatch.GetElapsedTime(started) is var now && now < visit.At)
            {
                if (now >= nextProgress)
                {
                    progress(now);
                    nextProgress += TimeSpan.FromSeconds(1);
                    open.RemoveAll(task => task.IsCompleted);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(1));
            }

            open.Add(VisitAsync(visit, started));
        }

        await Task.WhenAll(open);
        progress(Stopwatch.GetElapsedTime(started));
    }

    private async Task VisitAsync(Visit visit, long started)
    {
        tally.Arrive();
        try
        {
            if (visit.ReadsMenu)
                await ReadMenuAsync();
            await PlaceAsync(visit, started);
        }
        finally
        {
            tally.Leave();
        }
    }

    private async Task ReadMenuAsync()
    {
        var asked = Stopwatch.GetTimestamp();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/menu");
            if (_menuTag is { } tag)
                request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            using var response = await http.SendAsync(request);
            _menuTag = response.Headers.ETag?.Tag ?? _menuTag;
            tally.Reading.Record(Stopwatch.GetElapsedTime(asked));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // Hungry people order without having seen the menu.
        }
    }

    private async Task PlaceAsync(Visit visit, long started)
    {
        var body = Appetite.Body(visit.Lines);
        for (var tries = 0; ; tries++)
        {
            var wait = TimeSpan.FromMilliseconds(Math.Min(2000, 50 << tries) * (0.5 + Random.Shared.NextDouble()));
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/orders") { Content = new ByteArrayContent(body) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {students.Tokens[visit.Student]}");
                request.Headers.TryAddWithoutValidation("Idempotency-Key", visit.Key);
                using var response = await http.SendAsync(request);
                var answer = await response.Content.ReadAsByteArrayAsync();
                var final = (int)response.StatusCode < 500 && response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout);
                if (final)
                    tally.Placing.Record(Stopwatch.GetElapsedTime(started) - visit.At);
                if (response.StatusCode is HttpStatusCode.Accepted)
                {
                    var order = Acknowledged.From(answer, visit.Student, visit.Lines);
                    tally.Accept(order, response.Headers.Contains("Idempotency-Replayed"));
                    if (visit.Follows)
                        followers.Follow(order.Id, students.Tokens[visit.Student]);
                    return;
                }

                if (final)
                {
                    tally.Refuse(CodeOf(response, answer));
                    return;
                }

                if (response.Headers.RetryAfter?.Delta is { } asked && asked > wait)
                    wait = asked;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // The answer was lost; the key makes asking again safe.
            }

            if (tries == retries)
            {
                tally.Placing.Record(Stopwatch.GetElapsedTime(started) - visit.At);
                tally.Fail(visit.Lines);
                return;
            }

            tally.Retry();
            await Task.Delay(wait);
        }
    }

    private static string CodeOf(HttpResponseMessage response, byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body).RootElement.GetProperty("code").GetString()!;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            return $"{(int)response.StatusCode}";
        }
    }
}
