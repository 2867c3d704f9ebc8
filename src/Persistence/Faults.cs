using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>What a failed statement says about the database and about its own outcome.</summary>
internal enum Fault
{
    /// <summary>No answer, or none of use: the outcome is unknown, the same statement may be sent again.</summary>
    Lost,

    /// <summary>Rolled back for the sake of another transaction; the same statement may pass now.</summary>
    Again,

    /// <summary>The database understood and says no: something in the rows is wrong.</summary>
    Refused,
}

internal static class Faults
{
    public static Fault Of(Exception exception) => exception switch
    {
        PostgresException e => Of(e.SqlState),
        // Text that is no Unicode fails while it is being written; the connection breaks, but the row is to blame.
        NpgsqlException { InnerException: EncoderFallbackException or InvalidCastException or ArgumentException } => Fault.Refused,
        NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException => Fault.Lost,
        _ => Fault.Refused,
    };

    /// <summary>One word for logs and messages; never the server's text, which can quote row contents.</summary>
    public static string Name(Exception exception) => exception switch
    {
        PostgresException e => $"SQLSTATE {e.SqlState}",
        NpgsqlException { InnerException: { } inner } => inner.GetType().Name,
        _ => exception.GetType().Name,
    };

    private static Fault Of(string state) => state switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => Fault.Again,
        // A prepared plan that a migration of another process made stale: Npgsql forgets it, the next try plans anew.
        "26000" or "0A000" => Fault.Again,
        // Cancelled by the command's timeout; a standby that does not write yet; a database that is being moved.
        "57014" or "25006" or "25P03" or "3D000" => Fault.Lost,
        // Connection, resources (disk or memory full, too many connections), operator intervention, system errors, sign-in.
        _ when state[..2] is "08" or "53" or "57" or "58" or "28" => Fault.Lost,
        _ => Fault.Refused,
    };
}
