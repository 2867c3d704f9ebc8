using Cafeteria.Persistence;
using Cafeteria.Silo.FirstData;
using Cafeteria.Silo.Hosting;

namespace Cafeteria.Silo;

/// <summary>The product in one process: database, grains, API, web app. What tests start, too.</summary>
public sealed class SiloApplication : IAsyncDisposable
{
    private readonly Database _database;
    private readonly ILoggerFactory _databaseLog;

    private SiloApplication(WebApplication web, Database database, ILoggerFactory databaseLog) =>
        (Web, _database, _databaseLog) = (web, database, databaseLog);

    public WebApplication Web { get; }

    /// <param name="args"><c>--urls</c>, <c>--data</c>.</param>
    /// <param name="configure">A test's own settings and services, after all others.</param>
    /// <exception cref="DatabaseStartException">The database cannot be had; the message says what to do.</exception>
    public static async Task<SiloApplication> BuildAsync(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = CreateBuilder(args);
        builder.AddCafeteriaLogging();
        configure?.Invoke(builder);

        var databaseLog = builder.CreateEarlyLog();
        var database = await Database.OpenAsync(DatabaseOptions.From(builder.Configuration), databaseLog, TimeProvider.System, CancellationToken.None);

        try
        {
            builder.Services.AddCafeteriaPersistence(database);
            builder.Services.AddCafeteriaGrains(builder.Configuration);
            builder.Services.AddOrderSweeper();
            builder.AddCafeteriaGrainHost(database);
            builder.AddCafeteriaApi();
            builder.Services.AddFirstData(builder.Configuration, builder.Environment);
            builder.Services.AddFailpoints(builder.Configuration, builder.Environment);

            var web = builder.Build();
            web.UseCafeteriaApi();
            web.MapCafeteriaApi();
            web.MapGrainHost();
            return new SiloApplication(web, database, databaseLog);
        }
        catch
        {
            await database.DisposeAsync(); // with the private server, which would outlive a process that never served
            throw;
        }
    }

    /// <summary>The configuration alone: the file beside the executable, the environment, these arguments.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        // A setting may be a file of its own, as containers get their secrets: /run/secrets/ConnectionStrings__Cafeteria.
        builder.Configuration.AddKeyPerFile(builder.Configuration["SecretsDirectory"] ?? "/run/secrets", optional: true);
        builder.Configuration.AddCommandLine(args, new Dictionary<string, string> { ["--data"] = "Database:DataDirectory" });
        return builder;
    }

    public Task RunAsync() => Web.RunAsync();

    public async ValueTask DisposeAsync()
    {
        await Web.DisposeAsync();
        await _database.DisposeAsync();
        _databaseLog.Dispose();
    }
}
