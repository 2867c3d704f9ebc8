using System.Diagnostics;
using System.Security.Cryptography;
using Cafeteria.Http;
using Cafeteria.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Cafeteria.Accounts;

/// <summary>
/// This process's memory of the token keys, read anew every two seconds, so that a change of keys needs no restart. One that
/// cannot read goes on with what it knows.
/// </summary>
internal sealed partial class TokenKeys(
    ISecrets secrets, [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock, ILogger<TokenKeys> logger) : BackgroundService
{
    /// <summary>Several of these fit into <see cref="KeyRing.Learning"/>.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>A token of an unknown key is reason to look, but not for everyone who makes one up.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private volatile KeyRing? _ring;
    private string? _believed;
    private long _readAt;

    /// <summary>Raised when the keys that are believed are others than before.</summary>
    public event Action? Changed;

    public ValueTask<KeyRing> GetAsync(CancellationToken cancellationToken) => _ring is { } ring ? new(ring) : new(ReadAsync(cancellationToken));

    /// <summary>Perhaps another process's newer key: what the database says now, unless it was asked a moment ago.</summary>
    public async ValueTask<KeyRing> GetNewerAsync(CancellationToken cancellationToken) =>
        _ring is { } ring && Stopwatch.GetElapsedTime(Volatile.Read(ref _readAt)) < LookAgain ? ring : await ReadAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(stoppingToken);
            }
            catch (Exception e) when (ApiExceptionHandler.IsPassing(e) && !stoppingToken.IsCancellationRequested)
            {
                LogNotRead(e.GetType().Name);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<KeyRing> ReadAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _readAt, Stopwatch.GetTimestamp());
        var now = clock.GetUtcNow();
        var ring = KeyRing.Of(await secrets.VersionsAsync("jwt-signing", cancellationToken), now);
        var believed = string.Join(' ', ring.Useful(now).Select(key => Convert.ToHexStringLower(SHA256.HashData(key.Secret))));
        _ring = ring;
        if (Interlocked.Exchange(ref _believed, believed) is { } before && before != believed)
            Changed?.Invoke();
        return ring;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The token keys could not be read ({Reason}); those known stay good")]
    private partial void LogNotRead(string reason);
}
