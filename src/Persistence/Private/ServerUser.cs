using System.Runtime.InteropServices;

namespace Cafeteria.Persistence;

/// <summary>PostgreSQL refuses to run as root: then its programs run, and its files belong, to a user without privileges.</summary>
internal sealed record ServerUser(string Name, uint Uid, uint Gid)
{
    public static bool IsRoot { get; } = !OperatingSystem.IsWindows() && geteuid() == 0;

    /// <summary>Null when the server can run as who we are.</summary>
    public static ServerUser? ForServer() => IsRoot ? Find("postgres") ?? Find("nobody") ?? new ServerUser("nobody", 65534, 65534) : null;

    public void Own(string path)
    {
        if (chown(path, Uid, Gid) != 0)
            throw new IOException($"{path} cannot be given to the user {Name}.");
    }

    /// <summary>Prefixes a command so that it runs as this user.</summary>
    public IEnumerable<string> Prefix() => File.Exists("/usr/bin/setpriv")
        ? ["/usr/bin/setpriv", $"--reuid={Uid}", $"--regid={Gid}", "--clear-groups", "--"]
        : ["runuser", "-u", Name, "--"];

    private static ServerUser? Find(string name)
    {
        foreach (var line in File.Exists("/etc/passwd") ? File.ReadLines("/etc/passwd") : [])
        {
            var fields = line.Split(':');
            if (fields.Length > 3 && fields[0] == name && uint.TryParse(fields[2], out var uid) && uint.TryParse(fields[3], out var gid))
                return new ServerUser(name, uid, gid);
        }

        return null;
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);
}
