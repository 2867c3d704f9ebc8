using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>pg_dump and pg_restore, told by their environment where the database is: an argument could be read by everybody.</summary>
internal static class PostgresPrograms
{
    /// <exception cref="BackupException">With the program's own last line.</exception>
    public static async Task RunAsync(Maintenance database, string name, IReadOnlyList<string> arguments, Stream? input, CancellationToken cancellationToken)
    {
        var program = Find(database, name);
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var variable in start.Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(variable);
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        start.Environment["LC_ALL"] = "C";
        start.Environment["PGHOST"] = settings.Host;
        start.Environment["PGPORT"] = settings.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGDATABASE"] = settings.Database;
        start.Environment["PGUSER"] = settings.Username;
        start.Environment["PGPASSWORD"] = settings.Password;
        start.Environment["PGSSLMODE"] = settings.SslMode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            var mode => mode.ToString().ToLowerInvariant(),
        };
        if (settings.RootCertificate is { } authority)
            start.Environment["PGSSLROOTCERT"] = authority;

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        try
        {
            if (input is not null)
                await input.CopyToAsync(process.StandardInput.BaseStream, cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended early, and says why on its error output.
        }

        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        await output.ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new BackupException($"{name} failed: {(await errors.ConfigureAwait(false)).Trim().Split('\n')[0].TrimEnd('.')}.");
    }

    /// <summary>Not older than the server: an older pg_dump refuses a newer one.</summary>
    private static string Find(Maintenance database, string name)
    {
        var folders = database.Options.BinDirectory is { } given ? [given] : ServerPrograms.Installed(name);
        var program = folders.Select(folder => Path.Combine(folder, name)).Where(File.Exists)
            .FirstOrDefault(file => ServerPrograms.MajorOf(file) is { } major && major >= database.ServerVersion.Major);
        return program ?? throw new BackupException(
            $"{name} of PostgreSQL {database.ServerVersion.Major} or newer is not installed here: install it with apt-get install postgresql-client, or set Database__BinDirectory to its folder.");
    }
}
