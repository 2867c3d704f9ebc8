using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Cafeteria.Accounts;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Cafeteria.Http;

/// <summary>Configuration section <c>Limits</c>: what one client may use up, so that nobody's loop is everybody's outage.</summary>
internal sealed class LimitOptions
{
    public const string Section = "Limits";

    /// <summary>Orders that a student may try at once, …</summary>
    public int OrderBurst { get; set; } = 30;

    /// <summary>… and how many more each second.</summary>
    public int OrdersPerSecond { get; set; } = 3;

    /// <summary>Whatever else a student may ask for at once, …</summary>
    public int RequestBurst { get; set; } = 100;

    /// <summary>… and how much more each second.</summary>
    public int RequestsPerSecond { get; set; } = 20;

    /// <summary>What an order should wait for its answer at most, on average: while it is more, fewer are let in.</summary>
    public TimeSpan OrderWait { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Sign-ins, refreshes and registrations from one address in a minute. A whole campus may share one.</summary>
    public int AnonymousPerMinute { get; set; } = 1200;

    public long? MaxConnections { get; set; } = 20_000;
}

internal static class Limits
{
    public const string PlaceOrder = "place-order";
    public const string Requests = "requests";
    public const string Anonymous = "anonymous";

    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddOptions<LimitOptions>().BindConfiguration(LimitOptions.Section);
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<LimitOptions>>(static (limiter, options) =>
        {
            var limits = options.Value;
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = static (rejected, _) =>
            {
                var after = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);
                rejected.HttpContext.Response.Headers.RetryAfter
                    = Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                return rejected.HttpContext.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(
                    new ProblemDetailsContext { HttpContext = rejected.HttpContext, ProblemDetails = new ProblemDetails { Status = StatusCodes.Status429TooManyRequests } });
            };
            // Partitions that nobody uses for some seconds are dropped by the limiter itself.
            limiter.AddPolicy(PlaceOrder, context => Caller.Of(context) is { } caller
                ? RateLimitPartition.GetTokenBucketLimiter(caller.Key, _ => Bucket(limits.OrderBurst, limits.OrdersPerSecond))
                : RateLimitPartition.GetNoLimiter(""));
            // Not those who work here: one account may be signed in on every screen of the hall.
            limiter.AddPolicy(Requests, context => Caller.Of(context) is { IsStaff: false } caller
                ? RateLimitPartition.GetTokenBucketLimiter(caller.Key, _ => Bucket(limits.RequestBurst, limits.RequestsPerSecond))
                : RateLimitPartition.GetNoLimiter(""));
            limiter.AddPolicy(Anonymous, context => RateLimitPartition.GetFixedWindowLimiter(AddressOf(context), _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = limits.AnonymousPerMinute,
                Window = TimeSpan.FromMinutes(1),
            }));
        });
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitOptions>>(static (kestrel, options) =>
        {
            kestrel.AddServerHeader = false;
            // Over 64 KB is refused by our own checks; what Kestrel itself refuses it resets, and a client that is still
            // sending then sees a broken connection instead of the 413.
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 64;
            kestrel.Limits.MaxRequestLineSize = 8 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
            kestrel.Limits.MaxConcurrentConnections = options.Value.MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = options.Value.MaxConnections;
        });
        return services;
    }

    private static TokenBucketRateLimiterOptions Bucket(int burst, int perSecond) => new()
    {
        TokenLimit = burst,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
    };

    /// <summary>An IPv6 client has a whole /64 to itself, so that is what counts as one address.</summary>
    public static string AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily is AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }
}
