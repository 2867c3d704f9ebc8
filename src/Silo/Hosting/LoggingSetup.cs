namespace Cafeteria.Silo.Hosting;

internal static class LoggingSetup
{
    public static void AddCafeteriaLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddCafeteriaConsole(builder.Environment);
    }

    /// <summary>The same log for what happens before there is a host: the database is opened first.</summary>
    public static ILoggerFactory CreateEarlyLog(this WebApplicationBuilder builder) => LoggerFactory.Create(logging => logging
        .AddConfiguration(builder.Configuration.GetSection("Logging"))
        .AddCafeteriaConsole(builder.Environment));

    /// <summary>For a verb, which speaks for itself: only what should not have happened, in words.</summary>
    public static ILoggerFactory CreateVerbLog() => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddSimpleConsole(options => options.SingleLine = true));

    /// <summary>One readable line an event in Development; JSON elsewhere, for machines to collect.</summary>
    private static ILoggingBuilder AddCafeteriaConsole(this ILoggingBuilder logging, IHostEnvironment environment)
    {
        logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        return environment.IsDevelopment()
            ? logging.AddSimpleConsole(options =>
            {
                options.SingleLine = true;
                options.TimestampFormat = "HH:mm:ss.fff ";
            })
            : logging.AddJsonConsole(options =>
            {
                options.IncludeScopes = true;
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
    }
}
