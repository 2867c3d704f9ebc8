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

    /// <summary>How many may wait before sign-ins are answered 503.</summary>
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
    private readonly Channel<Action> _queue;
    private readonly Lazy<string> _dummy;
    private readonly CancellationToken _stopping;

    public PasswordHashing(IOptions<PasswordOptions> options, IHostApplicationLifetime lifetime)
    {
        _stopping = lifetime.ApplicationStopping;
        var settings = options.Value;
        _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = settings.Iterations }));
        _queue = Channel.CreateBounded<Action>(settings.Queue);
        _dummy = new(() => _hasher.HashPassword(Nobody, Guid.NewGuid().ToString()));
        var threads = settings.Threads > 0 ? settings.Threads : Math.Max(1, Environment.ProcessorCount / 2);
        for (var i = 0; i < threads; i++)
            new Thread(Work) { IsBackground = true, Name = $"passwords {i}" }.Start();
    }

    public Task<string> HashAsync(string password, CancellationToken cancellationToken)
        => RunAsync(() => _hasher.HashPassword(Nobody, password), cancellationToken);

    public Task<PasswordVerificationResult> VerifyAsync(string hash, string password, CancellationToken cancellationToken)
        => RunAsync(() => Verify(hash, password), cancellationToken);

    /// <summary>Takes as long as checking a real password does, so that time does not tell which names exist.</summary>
    public Task VerifyNobodyAsync(string password, CancellationToken cancellationToken)
        => RunAsync(() => Verify(_dummy.Value, password), cancellationToken);

    public void Dispose() => _queue.Writer.TryComplete();

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
                done.TrySetException(RefusalException.Unavailable("This process is about to end. Try again in a moment."));
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
        return queued ? done.Task : throw RefusalException.Unavailable("Too many people are signing in at this moment. Try again in a few seconds.");
    }

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
}
