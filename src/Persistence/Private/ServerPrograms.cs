using System.Diagnostics;
using System.Globalization;

namespace Cafeteria.Persistence;

/// <summary>The installed PostgreSQL of one major version.</summary>
internal sealed record ServerPrograms(string Directory, int Major)
{
    private const string Advice = $"install it with apt-get install postgresql, or set ConnectionStrings__{DatabaseOptions.ConnectionStringName} to a server";

    /// <param name="major">The version that made the data; null for the newest.</param>
    public static ServerPrograms Find(string? directory, int? major)
    {
        var found = directory is not null ? [At(directory)] : Installed("initdb").Select(At).ToList();
        var usable = found.OfType<ServerPrograms>().Where(p => p.Major >= Database.OldestServer.Major).OrderByDescending(p => p.Major).ToList();
        if (directory is not null && usable.Count == 0)
            throw new DatabaseStartException($"There is no PostgreSQL {Database.OldestServer.Major} or newer in Database__BinDirectory {directory}: {Advice}.");
        if (usable.Count == 0)
            throw new DatabaseStartException($"PostgreSQL {Database.OldestServer.Major} or newer is not installed here (no initdb found): {Advice}.");
        return major is null
            ? usable[0]
            : usable.Find(p => p.Major == major) ?? throw new DatabaseStartException(
                $"The data was made by PostgreSQL {major}, and installed is {usable[0].Major}: install postgresql-{major}, or move the data with pg_upgrade.");
    }

    public string Path(string program) => System.IO.Path.Combine(Directory, program);

    /// <returns>Exit code and what it said.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        ServerUser? user, IEnumerable<string> command, string workingDirectory, CancellationToken cancellationToken)
    {
        string[] words = user is null ? [.. command] : [.. user.Prefix(), .. command];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["LC_ALL"] = "C";
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return (process.ExitCode, await output.ConfigureAwait(false) + await errors.ConfigureAwait(false));
    }

    /// <summary>Folders that may have the program. Version directories first: what PATH has is often a wrapper that serves another purpose.</summary>
    public static IEnumerable<string> Installed(string program)
    {
        foreach (var (root, pattern) in new[] { ("/usr/lib/postgresql", "*"), ("/usr", "pgsql-*"), ("/opt/homebrew/opt", "postgresql*"), ("/usr/local/opt", "postgresql*") })
            if (System.IO.Directory.Exists(root))
                foreach (var version in System.IO.Directory.EnumerateDirectories(root, pattern))
                    yield return System.IO.Path.Combine(version, "bin");
        foreach (var directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var file = new FileInfo(System.IO.Path.Combine(directory, program));
            if (file.Exists)
                yield return System.IO.Path.GetDirectoryName((file.ResolveLinkTarget(returnFinalTarget: true) ?? file).FullName)!;
        }
    }

    private static ServerPrograms? At(string directory)
    {
        var postgres = System.IO.Path.Combine(directory, "postgres");
        if (!File.Exists(postgres) || !File.Exists(System.IO.Path.Combine(directory, "initdb")) || !File.Exists(System.IO.Path.Combine(directory, "pg_ctl")))
            return null;
        return MajorOf(postgres) is { } major ? new ServerPrograms(directory, major) : null;
    }

    /// <summary>What a program says of itself: "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)".</summary>
    public static int? MajorOf(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true })!;
        var words = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        return words.Length > 2 && int.TryParse(words[2].Split('.')[0].TrimEnd('b', 'e', 't', 'a', 'r', 'c'), CultureInfo.InvariantCulture, out var major) ? major : null;
    }
}
