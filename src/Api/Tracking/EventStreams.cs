using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Cafeteria.Accounts;
using Cafeteria.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cafeteria.Tracking;

/// <summary>
/// Opens streams and knows when they must end: with the client, the token, its session, or the process. A stream that
/// watched only the client would hold the shutdown for its whole time limit.
/// </summary>
internal sealed class EventStreams(
    IRevokedSessions revoked,
    IHostApplicationLifetime lifetime,
    IOptions<TrackingOptions> options,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, int> _ofStudent = new(StringComparer.Ordinal);
    private int _open;

    public int Open => Volatile.Read(ref _open);

    /// <summary>Null when the student has as many streams open as one may.</summary>
    public EventStream? TryOpen(Caller caller, string tenant, HttpContext http)
    {
        var student = caller.IsStaff ? null : GrainKey.For(tenant, caller.Login);
        if (student is not null && _ofStudent.AddOrUpdate(student, 1, static (_, count) => count + 1) > options.Value.MaxStreamsPerStudent)
        {
            Leave(student);
            return null;
        }

        Interlocked.Increment(ref _open);
        var stream = new EventStream(this, student, http.RequestAborted, lifetime.ApplicationStopping);
        stream.EndWith(caller, revoked, clock);
        http.Response.RegisterForDispose(stream);
        return stream;
    }

    public static ProblemHttpResult TooMany(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "15";
        return Problems.Of(429, ProblemCodes.TooManyRequests, "Too many streams are open for this account. Close some first.");
    }

    internal void Closed(string? student)
    {
        Interlocked.Decrement(ref _open);
        if (student is not null)
            Leave(student);
    }

    private void Leave(string student)
    {
        if (_ofStudent.AddOrUpdate(student, 0, static (_, count) => count - 1) <= 0)
            _ofStudent.TryRemove(KeyValuePair.Create(student, 0));
    }
}

internal sealed class EventStream : IDisposable
{
    private readonly EventStreams _of;
    private readonly string? _student;
    private readonly CancellationTokenSource _ended;
    private readonly List<IDisposable> _parts = [];
    private int _disposed;

    public EventStream(EventStreams of, string? student, CancellationToken aborted, CancellationToken stopping)
    {
        _of = of;
        _student = student;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping);
    }

    public CancellationToken Ended => _ended.Token;

    public void Own(IDisposable part) => _parts.Add(part);

    public void EndWith(Caller caller, IRevokedSessions revoked, TimeProvider clock)
    {
        _parts.Add(revoked.OnRevoked(caller.SessionId, End));
        // Revoked between the check of the token and the line above: nobody would call.
        if (revoked.IsRevoked(caller.SessionId))
            End();
        var left = caller.ExpiresAt - clock.GetUtcNow();
        _ended.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    public IResult Serve(IAsyncEnumerable<StreamEvent> events) => new ServedStream(this, events);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (var part in _parts)
            part.Dispose();
        _ended.Dispose();
        _of.Closed(_student);
    }

    public void End()
    {
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The stream ended by itself at this very moment.
        }
    }

    private sealed class ServedStream(EventStream stream, IAsyncEnumerable<StreamEvent> events) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.CacheControl = "no-store";
            // nginx would collect events into pages.
            httpContext.Response.Headers["X-Accel-Buffering"] = "no";
            try
            {
                await TypedResults.ServerSentEvents(ItemsAsync(httpContext.RequestAborted)).ExecuteAsync(httpContext);
            }
            catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
            {
                // The client left, or did not read for so long that the server cut it off.
            }
        }

        private async IAsyncEnumerable<SseItem<byte[]>> ItemsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var item in events.WithCancellation(cancellationToken))
            {
                yield return item.ToSse();
                item.CountPushed();
                if (stream.Ended.IsCancellationRequested)
                    yield break;
            }
        }
    }
}
