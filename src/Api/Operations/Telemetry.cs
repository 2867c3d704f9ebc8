using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Cafeteria.Operations;

/// <summary>
/// Traces from HTTP through grain calls to SQL, exported by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to;
/// without it nothing is recorded, and nothing costs.
/// </summary>
internal sealed class Telemetry(IConfiguration configuration) : IHostedService, IDisposable
{
    private TracerProvider? _provider;

    public static bool IsOn(IConfiguration configuration) => configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 };

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsOn(configuration))
            return Task.CompletedTask;

        var builder = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService(configuration["OTEL_SERVICE_NAME"] ?? "cafeteria").AddEnvironmentVariableDetector())
            .AddSource("Microsoft.AspNetCore", "Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime", "Cafeteria", "Cafeteria.*", "Npgsql")
            .AddOtlpExporter();
        // Whoever says by OTEL_TRACES_SAMPLER what to record is believed.
        if (configuration["OTEL_TRACES_SAMPLER"] is not { Length: > 0 })
            builder.SetSampler(new ParentBasedSampler(new WithoutPolling()));
        _provider = builder.Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _provider?.ForceFlush(2000);
        return Task.CompletedTask;
    }

    public void Dispose() => _provider?.Dispose();
}

/// <summary>Questions that a process asks the database again and again, on nobody's behalf, would be most of what is recorded.</summary>
internal sealed class WithoutPolling : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) => new(
        samplingParameters.Name is "postgresql" or "claim due orders" or "read revoked sessions" or "read secret" ? SamplingDecision.Drop : SamplingDecision.RecordAndSample);
}

/// <summary>Gives a request's span the name of its route, and what came of it; the framework's own says the same of all of them.</summary>
internal static class RequestSpans
{
    public static IApplicationBuilder UseRequestSpans(this IApplicationBuilder app) => app.Use(static (context, next)
        => Of(context) is { } span ? NamedAsync(span, context, next) : next(context));

    /// <summary>For whoever answers in the place of an exception, which passes by the end of <see cref="NamedAsync"/>.</summary>
    public static void Answered(HttpContext context)
    {
        if (Of(context) is { } span)
            Answered(span, context);
    }

    // Without anybody who listens there is one nevertheless, for its id alone.
    private static Activity? Of(HttpContext context)
        => context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity && activity.Source.HasListeners() ? activity : null;

    private static async Task NamedAsync(Activity span, HttpContext context, RequestDelegate next)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} /{route.Trim('/')}";
        span.SetTag("http.request.method", context.Request.Method).SetTag("http.route", route);
        await next(context);
        Answered(span, context);
    }

    private static void Answered(Activity span, HttpContext context)
    {
        span.SetTag("http.response.status_code", context.Response.StatusCode);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
            span.SetStatus(ActivityStatusCode.Error);
    }
}
