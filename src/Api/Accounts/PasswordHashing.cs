using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Cafeteria.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Cafeteria.Accounts;

/// <summary>Configuration section <c>Passwords</c>.</summary>
internal sealed class PasswordOptions
{
    public const string Section = "Passwords";

    /// <summary>PBKDF2 iterations of new hashes; a hash with fewer is replaced at the next sign-in.</summary>
    public int Iterations { get; set; } = 100_000;

    /// <summary>Hashing threads; 0: half the cores, one at least.</summary>
    public int Threads { get; set; }

    /// <summary>How many may wait, beside those being hashed, before sign-ins are answered 503; half of them from one address.</summary>
    public int Queue { get; set; } = 512;
}

/// <summary>
/// Hashes passwords on threads of its own, few and nice, behind a bounded queue: a hash takes some 50 ms of a core, and a
/// wave of sign-ins on the thread pool would hold up every order.
/// </summary>
internal sealed class PasswordHashing : IDisposable
{
    private static readonly object Nobody = new();
    private readonly PasswordHasher<object> _hasher;
    private readonly Channel<Action> _queue = Channel.CreateUnbounded<Action>();
    private readonly Lazy<string> _dummy;
    private readonly CancellationToken _stopping;
    private readonly ConcurrentDictionary<string, int> _taken = new(StringComparer.Ordinal);
    private readonly int _share;
    private int _places;

    public PasswordHashing(IOptions<PasswordOptions> options, IHostApplicationLifetime lifetime)
    {
        _stopping = lifetime.ApplicationStopping;
        var settings = options.Value;
        _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = settings.Iterations }));
        _dummy = new(() => _hasher.HashPassword(Nobody, Guid.NewGuid().ToString()));
        var threads = settings.Threads > 0 ? settings.Threads : Math.Max(1, Environment.ProcessorCount / 2);
        _places = settings.Queue + threads;
        _share = (_places + 1) / 2;
        for (var i = 0; i < threads; i++)
            new Thread(Work) { IsBackground = true, Name = $"passwords {i}" }.Start();
    }

    /// <summary>
    /// A place in the queue, or 503 at once when there is none left. Who counts an attempt takes one before: to be sent away
    /// for want of one is nobody's mistake.
    /// </summary>
    /// <param name="who">An address, or who is known already: each has half of the places at most, or one loop with made-up names would hold them all.</param>
    public Place TakePlace(string who)
    {
        if (_taken.AddOrUpdate(who, 1, static (_, taken) => taken + 1) <= _share)
        {
            if (Interlocked.Decrement(ref _places) >= 0)
                return new Place(this, who);
            Interlocked.Increment(ref _places);
        }

        GiveBackShare(who);
        throw RefusalException.Unavailable("Too many people are signing in at this moment. Try again in a few seconds.");
    }

    public async Task<string> HashAsync(string password, string who, CancellationToken cancellationToken)
    {
        using var place = TakePlace(who);
        return await place.HashAsync(password, cancellationToken);
    }

    public void Dispose() => _queue.Writer.TryComplete();

    private void GiveBackShare(string who)
    {
        if (_taken.AddOrUpdate(who, 0, static (_, taken) => taken - 1) <= 0)
            _taken.TryRemove(KeyValuePair.Create(who, 0));
    }

    private PasswordVerificationResult Verify(string hash, string password)
    {
        try
        {
            return _hasher.VerifyHashedPassword(Nobody, hash, password);
        }
        catch (FormatException)
        {
            return PasswordVerificationResult.Failed;
        }
    }

    private Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var queued = _queue.Writer.TryWrite(() =>
        {
            if (cancellationToken.IsCancellationRequested)
            {
                done.TrySetCanceled(cancellationToken);
                return;
            }

            // A stop waits for its requests: who still queues here is better off with the process that takes over.
            if (_stopping.IsCancellationRequested)
            {
                done.TrySetException(Ending());
                return;
            }

            try
            {
                done.TrySetResult(work());
            }
            catch (Exception e)
            {
                done.TrySetException(e);
            }
        });
        return queued ? done.Task : throw Ending();
    }

    private static RefusalException Ending() => RefusalException.Unavailable("This process is about to end. Try again in a moment.");

    private void Work()
    {
        BeNice();
        _ = _dummy.Value;
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            while (_queue.Reader.TryRead(out var work))
                work();
    }

    private static void BeNice()
    {
        // .NET ignores thread priorities on Linux; there, niceness belongs to a thread, and anyone may raise their own.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(0, 0, 10);
        else
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
    }

    [DllImport("libc", EntryPoint = "setpriority"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, uint who, int priority);

    /// <summary>Good for one password after the other, until it is given back.</summary>
    public sealed class Place(PasswordHashing hashing, string who) : IDisposable
    {
        public Task<string> HashAsync(string password, CancellationToken cancellationToken)
            => hashing.RunAsync(() => hashing._hasher.HashPassword(Nobody, password), cancellationToken);

        public Task<PasswordVerificationResult> VerifyAsync(string hash, string password, CancellationToken cancellationToken)
            => hashing.RunAsync(() => hashing.Verify(hash, password), cancellationToken);

        /// <summary>Takes as long as checking a real password does, so that time does not tell which names exist.</summary>
        public Task VerifyNobodyAsync(string password, CancellationToken cancellationToken)
            => hashing.RunAsync(() => hashing.Verify(hashing._dummy.Value, password), cancellationToken);

        public void Dispose()
        {
            Interlocked.Increment(ref hashing._places);
            hashing.GiveBackShare(who);
        }
    }
}
