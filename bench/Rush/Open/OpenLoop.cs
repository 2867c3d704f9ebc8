using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Cafeteria.Bench.Rush;

/// <param name="Tries">Sent, of those in the time that counts.</param>
/// <param name="Unsent">Whose time came while the generator could not: it was behind, or all its connections waited for answers.</param>
/// <param name="Accepted">Answered within the time that counts.</param>
/// <param name="SentAway">Refused for now (503): come back later.</param>
/// <param name="Failed">Any other answer or none, at any time.</param>
/// <param name="Counted">The time that counts.</param>
/// <param name="Answering">Of those accepted: from when the try was due to the answer.</param>
/// <param name="Waiting">Of those accepted: from when the first try was due to the answer.</param>
/// <param name="Generator">Cores that it used itself.</param>
internal sealed record OpenResult(
    int Tries, int Unsent, int Accepted, int SentAway, int Failed, TimeSpan Counted, Latencies Answering, Latencies Waiting, Latencies Refusing, double Generator)
{
    public double TriesPerSecond => Tries / Counted.TotalSeconds;

    public double AcceptedPerSecond => Accepted / Counted.TotalSeconds;
}

/// <summary>
/// Tries to order that come at random at one rate, however many still wait for their answers. Who is sent away comes back with
/// the same key when told to: in the place of somebody new, so that the rate of tries is what was asked for and no more, or, in
/// a crowd, beside whoever comes, until all are served.
/// </summary>
internal sealed class OpenLoop(Uri server, Students students, Choice choice, int dishes = Appetite.Dishes)
{
    private const int MostConnections = 4_000, Told = 5;

    /// <summary>Half of Kestrel's patience with a connection on which nobody asks.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(60);

    /// <summary>A generator that is late by more leaves tries out, and says how many: being late itself is not the server's slowness.</summary>
    private static readonly TimeSpan MostBehind = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly OrderRequests _requests = new(server, students);

    private sealed record Wish(int Student, Line[] Lines, byte[] Key, TimeSpan Due);

    /// <summary>From the beginning, until answers count.</summary>
    public TimeSpan Lead { get; init; }

    /// <param name="waited">Told of each that is accepted, from its first try's time to its answer.</param>
    /// <param name="enough">Nobody comes any more, before the time is over.</param>
    public Task<OpenResult> RunAsync(
        double rate, TimeSpan duration, Action<Acknowledged> acknowledged, Action<TimeSpan>? waited = null, CancellationToken enough = default) =>
        RunAsync(rate, duration, crowd: false, acknowledged, waited, enough);

    /// <summary>So many people press within so long; it is over when each has an order.</summary>
    public Task<OpenResult> RunCrowdAsync(int people, TimeSpan pressing, Action<Acknowledged> acknowledged) =>
        RunAsync(people / pressing.TotalSeconds, pressing, crowd: true, acknowledged, null, CancellationToken.None);

    private async Task<OpenResult> RunAsync(
        double rate, TimeSpan duration, bool crowd, Action<Acknowledged> acknowledged, Action<TimeSpan>? waited, CancellationToken enough)
    {
        var (tries, unsent, accepted, sentAway, failed, inFlight, open) = (0, 0, 0, 0, 0, 0, 0);
        Latencies answering = new(), waiting = new(), refusing = new();
        var idle = new ConcurrentStack<Connection>();
        var returning = new PriorityQueue<Wish, TimeSpan>();
        var endpoint = new IPEndPoint((await Dns.GetHostAddressesAsync(server.Host, AddressFamily.InterNetwork, CancellationToken.None))[0], server.Port);
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        // On a thread of its own: what is due must not queue behind the answers of what was.
        await Task.Factory.StartNew(crowd ? SendUntilServed : Send, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var took = Now();
        var generator = (Environment.CpuUsage.TotalTime - cpu) / took;
        while (Volatile.Read(ref inFlight) > 0)
        {
            if (Now() > took + Patience)
                throw new RushException($"{inFlight} orders have no answer after {Patience.TotalSeconds} s.");
            await Task.Delay(10, CancellationToken.None);
        }

        foreach (var connection in idle)
            connection.Dispose();
        return new OpenResult(tries, unsent, accepted, sentAway, failed, (took < duration || crowd ? took : duration) - Lead, answering, waiting, refusing, generator);

        TimeSpan Now() => Stopwatch.GetElapsedTime(started);

        bool Counts(TimeSpan at) => at >= Lead && (crowd || at <= duration);

        Wish Somebody(Random random, Appetite appetite, TimeSpan at) =>
            new(random.Next(students.Tokens.Length), appetite.Order(random), RandomNumberGenerator.GetBytes(12), at);

        void Send()
        {
            var random = new Random(1);
            var appetite = new Appetite(choice, dishes);
            foreach (var at in new Arrivals(Shape.Constant, rate, duration).Times(random))
            {
                while (Now() < at)
                    Thread.Sleep(1);
                if (enough.IsCancellationRequested)
                    return;
                var now = Now();
                if (now > duration || now > at + MostBehind || (idle.IsEmpty && open >= MostConnections))
                {
                    unsent += Counts(at) ? 1 : 0;
                    continue;
                }

                var wish = Returned(at) ?? Somebody(random, appetite, at);
                tries += Counts(now) ? 1 : 0;
                Interlocked.Increment(ref inFlight);
                _ = TryAsync(wish, at);
            }
        }

        void SendUntilServed()
        {
            var random = new Random(1);
            var appetite = new Appetite(choice, dishes);
            using var arrivals = new Arrivals(Shape.Constant, rate, duration).Times(random).GetEnumerator();
            var more = arrivals.MoveNext();
            while (more || Volatile.Read(ref inFlight) > 0 || SomebodyWaits())
            {
                var now = Now();
                var wish = Returned(now);
                if (wish is null && more && arrivals.Current <= now)
                {
                    wish = Somebody(random, appetite, arrivals.Current);
                    more = arrivals.MoveNext();
                }

                if (wish is null)
                {
                    Thread.Sleep(1);
                    continue;
                }

                while (idle.IsEmpty && Volatile.Read(ref open) >= MostConnections)
                    Thread.Sleep(1);
                tries++;
                Interlocked.Increment(ref inFlight);
                _ = TryAsync(wish, now);
            }
        }

        bool SomebodyWaits()
        {
            lock (returning)
                return returning.Count > 0;
        }

        Wish? Returned(TimeSpan at)
        {
            lock (returning)
                return returning.TryPeek(out _, out var due) && due <= at ? returning.Dequeue() : null;
        }

        async Task TryAsync(Wish wish, TimeSpan due)
        {
            Connection? connection = null;
            try
            {
                // What has lain idle for long the server is about to close: whoever asked on it then was counted as failed.
                while (idle.TryPop(out connection) && Now() - connection.Used > LongestIdle)
                {
                    Interlocked.Decrement(ref open);
                    connection.Dispose();
                }

                if (connection is null)
                {
                    Interlocked.Increment(ref open);
                    connection = new Connection(endpoint);
                    await connection.Wire.ConnectAsync(CancellationToken.None);
                }

                _requests.Write(connection.Request, wish.Student, wish.Lines, wish.Key);
                var (status, answer) = await connection.Wire.SendAsync(connection.Request.Written, CancellationToken.None);
                Take(wish, due, Now(), status, answer.Span);
                connection.Used = Now();
                idle.Push(connection);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                Fail(e.Message);
                Interlocked.Decrement(ref open);
                connection?.Dispose();
            }
            finally
            {
                Interlocked.Decrement(ref inFlight);
            }
        }

        void Take(Wish wish, TimeSpan due, TimeSpan now, int status, ReadOnlySpan<byte> answer)
        {
            if (status == 202)
            {
                acknowledged(Acknowledged.From(answer, wish.Student, wish.Lines));
                waited?.Invoke(now - wish.Due);
                // How many by when they were answered, how long by when they were due: whoever waits past the end has waited longest.
                if (Counts(now))
                    Interlocked.Increment(ref accepted);
                if (!Counts(due))
                    return;
                answering.Record(now - due);
                waiting.Record(now - wish.Due);
            }
            else if (status == 503)
            {
                // As the app does it: at some moment of the second after the one that was named.
                var comesBack = now + RetryAfter(answer) + TimeSpan.FromSeconds(Random.Shared.NextDouble());
                lock (returning)
                    returning.Enqueue(wish, comesBack);
                if (!Counts(now))
                    return;
                Interlocked.Increment(ref sentAway);
                refusing.Record(now - due);
            }
            else
            {
                Fail(Encoding.UTF8.GetString(answer[..Math.Min(answer.Length, 600)]));
            }
        }

        void Fail(string why)
        {
            if (Interlocked.Increment(ref failed) <= Told)
                Findings.Tell($"unexpected: {why}");
        }
    }

    private static TimeSpan RetryAfter(ReadOnlySpan<byte> answer)
    {
        var at = answer.IndexOf("Retry-After: "u8);
        return at >= 0 && Utf8Parser.TryParse(answer[(at + 13)..], out int seconds, out _) ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromSeconds(1);
    }

    private sealed class Connection(IPEndPoint server) : IDisposable
    {
        public Wire Wire { get; } = new(server, 8 * 1024);

        public ArrayWriter Request { get; } = new(4 * 1024);

        /// <summary>When it last brought an answer, since the beginning.</summary>
        public TimeSpan Used { get; set; }

        public void Dispose() => Wire.Dispose();
    }
}
