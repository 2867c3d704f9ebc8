using Microsoft.Extensions.Configuration;

namespace Cafeteria.Persistence;

/// <summary>Where the rows are: configuration section <c>Database</c> and the connection string <c>Cafeteria</c>.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";
    public const string ConnectionStringName = "Cafeteria";

    /// <summary>Of an existing server. Null: a private server is started in <see cref="DataDirectory"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// The private server lives in its subfolder <c>postgres</c>. Null: <c>data</c> under the current folder, or, where
    /// the server's unprivileged user cannot enter that, <c>/var/lib/cafeteria</c> (root) or <c>~/.local/share/cafeteria</c>.
    /// </summary>
    public string? DataDirectory { get; set; }

    /// <summary>The folder of initdb, pg_ctl and postgres; found by itself when null.</summary>
    public string? BinDirectory { get; set; }

    /// <summary>Connections this process holds at most, the leader's own not counted.</summary>
    public int PoolSize { get; set; } = 24;

    /// <summary>How long a start waits for the server (it may be recovering from a crash).</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Only for tests of things that have nothing to do with durability: a private server without fsync.</summary>
    public bool Fsync { get; set; } = true;

    public static DatabaseOptions From(IConfiguration configuration)
    {
        var options = new DatabaseOptions();
        configuration.GetSection(Section).Bind(options);
        options.ConnectionString = Given(configuration.GetConnectionString(ConnectionStringName)) ?? Given(options.ConnectionString);
        options.DataDirectory = Given(options.DataDirectory);
        options.BinDirectory = Given(options.BinDirectory);
        return options;
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
