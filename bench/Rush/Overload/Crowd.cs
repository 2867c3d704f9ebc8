using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Cafeteria.Bench.Rush;

/// <param name="Sent">Refused for now: come back later.</param>
/// <param name="Waiting">Of those accepted: from the first try to the answer.</param>
/// <param name="Answering">Of those accepted: from the last try to the answer.</param>
internal sealed record CrowdResult(int Accepted, int Sent, int Failed, TimeSpan Took, Latencies Waiting, Latencies Answering, Latencies Refusing, double Generator);

/// <summary>
/// Students who order, eat for a while and order again; sent away, they come back when they were told to, with the same key.
/// How many orders they would place in a second, were each answered at once, is what is offered.
/// </summary>
internal sealed class Crowd(Uri server, Students students, int size, Choice choice = Choice.Hot, int dishes = Appetite.Dishes)
{
    private readonly OrderRequests _requests = new(server, students);

    /// <param name="waited">Told of each that is accepted, from its first try to its answer.</param>
    public async Task<CrowdResult> RunAsync(double offered, TimeSpan duration, Action<string, int, Line[]> acknowledged, Action<TimeSpan>? waited = null)
    {
        var (accepted, sent, failed) = (0, 0, 0);
        Latencies waiting = new(), answering = new(), refusing = new();
        var endpoint = new IPEndPoint((await Dns.GetHostAddressesAsync(server.Host, AddressFamily.InterNetwork))[0], server.Port);
        var meal = size / offered;
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, size).Select(n => Task.Run(() => OrderAsync(n))));
        var took = Stopwatch.GetElapsedTime(started);
        return new CrowdResult(accepted, sent, failed, took, waiting, answering, refusing, (Environment.CpuUsage.TotalTime - cpu) / took);

        async Task OrderAsync(int seed)
        {
            var random = new Random(seed);
            var appetite = new Appetite(choice, dishes);
            var request = new ArrayWriter();
            using var wire = new Wire(endpoint, 16 * 1024);
            await wire.ConnectAsync(CancellationToken.None);
            await Task.Delay(TimeSpan.FromSeconds(meal * random.NextDouble()));
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                var (student, lines) = (random.Next(students.Tokens.Length), appetite.Order(random));
                _requests.Write(request, student, lines, RandomNumberGenerator.GetBytes(12));
                var wished = Stopwatch.GetTimestamp();
                while (true)
                {
                    var asked = Stopwatch.GetTimestamp();
                    var (status, answer) = await wire.SendAsync(request.Written, CancellationToken.None);
                    var elapsed = Stopwatch.GetElapsedTime(asked);
                    if (status == 202)
                    {
                        var wait = Stopwatch.GetElapsedTime(wished);
                        waiting.Record(wait);
                        waited?.Invoke(wait);
                        answering.Record(elapsed);
                        Interlocked.Increment(ref accepted);
                        acknowledged(ClosedLoop.IdIn(answer.Span)!, student, lines);
                        break;
                    }

                    if (status != 503)
                    {
                        Interlocked.Increment(ref failed);
                        break;
                    }

                    refusing.Record(elapsed);
                    Interlocked.Increment(ref sent);
                    await Task.Delay(RetryAfter(answer.Span));
                    if (Stopwatch.GetElapsedTime(started) > duration)
                        return;
                }

                // Nobody eats on when the evening is over.
                var eating = TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) * meal);
                var left = duration - Stopwatch.GetElapsedTime(started);
                await Task.Delay(eating < left ? eating : left > TimeSpan.Zero ? left : TimeSpan.Zero);
            }
        }
    }

    private static TimeSpan RetryAfter(ReadOnlySpan<byte> answer)
    {
        var at = answer.IndexOf("Retry-After: "u8);
        return at >= 0 && Utf8Parser.TryParse(answer[(at + 13)..], out int seconds, out _) ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromSeconds(1);
    }
}
