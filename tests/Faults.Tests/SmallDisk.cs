using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Cafeteria.Tests;

/// <summary>
/// A disk of its own for a database's tables, or for a whole server's log: a small tmpfs that a test can fill up. Without room
/// for a table a statement fails; without room for the log the server goes down. Null where mounting is not allowed.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Megabytes = 192;

    private readonly string _mount;

    private SmallDisk(string mount)
    {
        _mount = mount;
        AppDomain.CurrentDomain.ProcessExit += Unmount;
    }

    private string Ballast => Path.Combine(_mount, "ballast");

    public static SmallDisk? TryMount(PostgresServer server, string name)
    {
        var parent = Path.Combine(server.DataDirectory, "postgres");
        var mount = Directory.CreateDirectory(Path.Combine(parent, name)).FullName;
        if (Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={Megabytes}m,mode=0700"), "tmpfs", mount) != 0)
            return null;
        // To whoever the server runs as.
        var disk = new SmallDisk(mount);
        return Run("chown", $"--reference={Path.Combine(parent, "data")}", mount) == 0 ? disk : throw new IOException("The disk could not be given away.");
    }

    /// <summary>A fresh database all of whose tables lie on this disk; its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(PostgresServer server)
    {
        var settings = new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync(migrated: false)) { Pooling = false };
        await using var source = NpgsqlDataSource.Create(settings.ConnectionString);
        foreach (var sql in (string[])[$"create tablespace small location '{_mount}'", "create database small tablespace small"])
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }

        return new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Database = "small", Pooling = true }.ConnectionString;
    }

    /// <summary>Moves the server's log here, and lets no piece of it be used twice: each new one asks for room.</summary>
    public async Task TakeLogAsync(PostgresServer server)
    {
        await using (var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync(migrated: false)) { Pooling = false }.ConnectionString))
        {
            foreach (var sql in (string[])["alter system set wal_recycle = off", "alter system set min_wal_size = '32MB'", "alter system set max_wal_size = '64MB'"])
            {
                await using var command = source.CreateCommand(sql);
                await command.ExecuteNonQueryAsync();
            }
        }

        await server.StopAsync();
        var log = Path.Combine(server.DataDirectory, "postgres", "data", "pg_wal");
        if (Run("cp", "-a", $"{log}/.", _mount) != 0)
            throw new IOException("The log could not be copied.");
        Directory.Delete(log, recursive: true);
        Directory.CreateSymbolicLink(log, _mount);
        await server.StartAgainAsync();
    }

    public void Fill()
    {
        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[64 * 1024];
        try
        {
            while (true)
                ballast.Write(block);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Clear() => File.Delete(Ballast);

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= Unmount;
        Unmount(null, EventArgs.Empty);
    }

    private void Unmount(object? sender, EventArgs e) => Run("umount", "--lazy", _mount);

    /// <summary>As root, if we are or may become it without a password: a build machine's user mostly may.</summary>
    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Environment.IsPrivilegedProcess
                ? Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!
                : Process.Start(new ProcessStartInfo("sudo", ["-n", program, .. arguments]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1; // there is no sudo
        }
    }
}
