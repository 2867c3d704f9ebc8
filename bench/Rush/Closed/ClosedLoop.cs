using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Cafeteria.Bench.Rush;

/// <param name="Accepted">By item: how many portions were acknowledged.</param>
/// <param name="SentAway">For there were too many at once (503): asked again after a moment, and no answer.</param>
internal sealed record ClosedResult(int Answers, int Refused, int SentAway, int Failed, TimeSpan Took, Latencies Latencies, Dictionary<string, int> Accepted)
{
    public double PerSecond => Answers / Took.TotalSeconds;
}

/// <summary>
/// As many connections as are given, each asking again as soon as it is answered: how much a server can do, not how long
/// people wait (its latencies leave out whoever would have come meanwhile).
/// </summary>
internal sealed class ClosedLoop(Uri server, Students students, Choice choice, bool keyed, int expectedStatus, int dishes = Appetite.Dishes)
{
    private static readonly TimeSpan SentAwayFor = TimeSpan.FromMilliseconds(20);

    private readonly OrderRequests _requests = new(server, students);

    /// <param name="acknowledged">Told of every order, when somebody wants to know.</param>
    /// <param name="most">Answers; ends before its time when there were so many.</param>
    public async Task<ClosedResult> RunAsync(int connections, TimeSpan duration, Action<Acknowledged>? acknowledged = null, int most = int.MaxValue)
    {
        var (latencies, asked, answers, refused, sentAway, failed) = (new Latencies(), 0, 0, 0, 0, 0);
        var accepted = new Dictionary<string, int>(StringComparer.Ordinal);
        var endpoint = new IPEndPoint((await Dns.GetHostAddressesAsync(server.Host, AddressFamily.InterNetwork))[0], server.Port);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(n => Task.Run(() => AskAsync(n))));
        return new ClosedResult(answers, refused, sentAway, failed, Stopwatch.GetElapsedTime(started), latencies, accepted);

        async Task AskAsync(int seed)
        {
            var random = new Random(seed);
            var appetite = new Appetite(choice, dishes);
            var own = new Dictionary<string, int>(StringComparer.Ordinal);
            var request = new ArrayWriter();
            using var wire = new Wire(endpoint);
            await wire.ConnectAsync(CancellationToken.None);
            while (Stopwatch.GetElapsedTime(started) < duration && Interlocked.Increment(ref asked) <= most)
            {
                var (student, lines) = (random.Next(students.Tokens.Length), appetite.Order(random));
                _requests.Write(request, student, lines, keyed ? RandomNumberGenerator.GetBytes(12) : []);
                var sent = Stopwatch.GetTimestamp();
                var (status, answer) = await wire.SendAsync(request.Written, CancellationToken.None);
                if (status == 503)
                {
                    Interlocked.Increment(ref sentAway);
                    Interlocked.Decrement(ref asked);
                    await Task.Delay(SentAwayFor);
                    continue;
                }

                latencies.Record(Stopwatch.GetElapsedTime(sent));
                if (status == expectedStatus)
                    Interlocked.Increment(ref answers);
                else
                    Interlocked.Increment(ref status is >= 400 and < 500 ? ref refused : ref failed);
                if (status != 202)
                    continue;
                foreach (var line in lines)
                    own[line.ItemId] = own.GetValueOrDefault(line.ItemId) + line.Quantity;
                acknowledged?.Invoke(Acknowledged.From(answer.Span, student, lines));
            }

            lock (accepted)
                foreach (var (item, count) in own)
                    accepted[item] = accepted.GetValueOrDefault(item) + count;
        }
    }
}
