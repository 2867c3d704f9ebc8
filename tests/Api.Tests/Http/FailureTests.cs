using System.Collections.Concurrent;
using System.Diagnostics;
using Cafeteria.Http;
using Cafeteria.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cafeteria.Tests.Http;

/// <summary>What becomes known of a request that ends in an exception: the middleware in its order, around a route that fails.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly ActivitySource _source = new($"requests {Guid.NewGuid():N}");
    private readonly ActivityListener _listener;
    private readonly LinesOfOurs _log = new();

    public FailureTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source == _source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
    }

    [Theory]
    [InlineData(typeof(TimeoutException), 503)]
    [InlineData(typeof(InvalidOperationException), 500)]
    public async Task The_log_and_the_trace_say_which_route_failed(Type kind, int status)
    {
        using var span = _source.StartActivity("request")!;
        await AnswerAsync(span, (Exception)Activator.CreateInstance(kind)!);

        Assert.Contains("GET /orders/{id}", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Equal("GET /orders/{id}", span.DisplayName);
        Assert.Equal(status, span.GetTagItem("http.response.status_code"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
    }

    [Fact]
    public async Task What_a_client_did_wrong_is_in_the_trace_and_is_no_failure()
    {
        using var span = _source.StartActivity("request")!;
        await AnswerAsync(span, RefusalException.WrongMediaType());

        Assert.Empty(_log.Lines);
        Assert.Equal(415, span.GetTagItem("http.response.status_code"));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    private async Task AnswerAsync(Activity span, Exception exception)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(_log)).AddMetrics().AddSingleton(new DiagnosticListener("requests"));
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>().AddProblemDetails().AddExceptionHandler<ApiExceptionHandler>();
        await using var provider = services.BuildServiceProvider();
        var route = new RouteEndpoint(_ => throw exception, RoutePatternFactory.Parse("/orders/{id}"), 0, null, "GET /orders/{id}");
        var app = new ApplicationBuilder(provider);
        app.UseExceptionHandler();
        app.Use((context, next) =>
        {
            context.SetEndpoint(route);
            return next(context);
        });
        app.UseRequestSpans();
        app.Run(static context => context.GetEndpoint()!.RequestDelegate!(context));

        var context = new DefaultHttpContext { RequestServices = provider };
        context.Request.Method = "GET";
        context.Features.Set<IHttpActivityFeature>(new Watched { Activity = span });
        await app.Build()(context);
    }

    private sealed class Watched : IHttpActivityFeature
    {
        public required Activity Activity { get; set; }
    }

    private sealed class LinesOfOurs : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("Cafeteria", StringComparison.Ordinal) ? this : NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
