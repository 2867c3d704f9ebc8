using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cafeteria.Persistence;

/// <summary>The folders of one private server: <c>postgres</c> under the data folder, and a short one for its socket.</summary>
internal sealed record ServerPlace(string Directory)
{
    /// <summary>A socket's whole path must fit into 107 bytes.</summary>
    private const int LongestSocketDirectory = 107 - 20;

    public string Data => Path.Combine(Directory, "data");

    public string Unfinished => Path.Combine(Directory, "data.new");

    public string Password => Path.Combine(Directory, "password");

    public string LogFile => Path.Combine(Directory, "server.log");

    public string LockFile => Path.Combine(Directory, "lock");

    public string Sockets => Encoding.UTF8.GetByteCount(Directory) + 4 <= LongestSocketDirectory
        ? Path.Combine(Directory, "run")
        : Path.Combine("/tmp", $"cafeteria-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Directory)))[..16]}");

    /// <summary>The first of the wished places that the server's user can enter and write; made if it is new.</summary>
    public static async Task<ServerPlace> FindAsync(DatabaseOptions options, ServerUser? user, CancellationToken cancellationToken)
    {
        if (options.DataDirectory is { } given)
        {
            var place = new ServerPlace(Path.Combine(Path.GetFullPath(given), "postgres"));
            return await place.IsUsableAsync(user, cancellationToken).ConfigureAwait(false)
                ? place
                : throw new DatabaseStartException(user is null
                    ? $"The data folder {place.Directory} cannot be written: give it to this user, or set Database__DataDirectory to another."
                    : $"The data folder {place.Directory} cannot be entered by the user {user.Name}, as whom PostgreSQL runs here: set Database__DataDirectory to one whose parents others may enter, such as /var/lib/cafeteria.");
        }

        var elsewhere = user is null
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "cafeteria")
            : "/var/lib/cafeteria";
        foreach (var root in new[] { Path.GetFullPath("data"), elsewhere })
        {
            var place = new ServerPlace(Path.Combine(root, "postgres"));
            if (await place.IsUsableAsync(user, cancellationToken).ConfigureAwait(false))
                return place;
        }

        throw new DatabaseStartException($"Neither {Path.GetFullPath("data")} nor {elsewhere} can hold the data: set Database__DataDirectory to a folder that can.");
    }

    /// <summary>The process that the data's pid file names, if it is a PostgreSQL.</summary>
    public int? RunningProcess()
    {
        var file = Path.Combine(Data, "postmaster.pid");
        if (!File.Exists(file) || !int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var id))
            return null;
        if (!File.Exists("/proc/self/stat"))
            return id;
        try
        {
            // "4711 (postgres) S 1 …". In a container whose first process reaps nobody, a dead server stays as a zombie (Z),
            // and another program may have its number by now.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat.Contains("(postgres) ", StringComparison.Ordinal) && stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X') ? id : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>What a server that was killed left behind, and what would keep the next one from starting.</summary>
    public void RemoveTraces()
    {
        File.Delete(Path.Combine(Data, "postmaster.pid"));
        if (!System.IO.Directory.Exists(Sockets))
            return;
        foreach (var socket in System.IO.Directory.EnumerateFiles(Sockets, ".s.PGSQL.*"))
            File.Delete(socket);
    }

    private async Task<bool> IsUsableAsync(ServerUser? user, CancellationToken cancellationToken)
    {
        try
        {
            var isNew = !System.IO.Directory.Exists(Directory);
            System.IO.Directory.CreateDirectory(Directory);
            if (isNew && user is not null)
            {
                user.Own(Directory);
                File.SetUnixFileMode(Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var (exitCode, _) = await ServerPrograms.RunAsync(
                user, ["/bin/sh", "-c", "cd \"$1\" && test -w . && test -x .", "sh", Directory], "/", cancellationToken).ConfigureAwait(false);
            if (exitCode != 0 && isNew)
                System.IO.Directory.Delete(Directory);
            return exitCode == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
