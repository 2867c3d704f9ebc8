using Microsoft.Extensions.Logging;

namespace Cafeteria.Persistence;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Database {Server} (PostgreSQL {Version}) is ready after {Milliseconds} ms; {Applied} migrations applied")]
    public static partial void Opened(ILogger logger, string server, string version, long milliseconds, int applied);

    [LoggerMessage(2, LogLevel.Information, "Migration {Name} applied")]
    public static partial void Migrated(ILogger logger, string name);

    [LoggerMessage(3, LogLevel.Information, "The private PostgreSQL server in {Directory} is made for the first time")]
    public static partial void Initializing(ILogger logger, string directory);

    [LoggerMessage(4, LogLevel.Information, "The private PostgreSQL server in {Directory} runs (it was {How})")]
    public static partial void ServerRuns(ILogger logger, string directory, string how);

    [LoggerMessage(5, LogLevel.Information, "The private PostgreSQL server in {Directory} is stopped")]
    public static partial void ServerStopped(ILogger logger, string directory);

    [LoggerMessage(6, LogLevel.Information, "The private PostgreSQL server in {Directory} is left running: another process uses it")]
    public static partial void ServerLeft(ILogger logger, string directory);

    [LoggerMessage(7, LogLevel.Warning, "The private PostgreSQL server in {Directory} did not stop: {Problem}")]
    public static partial void ServerDidNotStop(ILogger logger, string directory, string problem);

    [LoggerMessage(8, LogLevel.Information, "The private PostgreSQL server in {Directory} is being stopped: what it has in memory goes to the disk")]
    public static partial void ServerStopping(ILogger logger, string directory);

    [LoggerMessage(10, LogLevel.Error, "The database does not answer ({Fault}); requests fail at once until it does")]
    public static partial void Unreachable(ILogger logger, string fault);

    [LoggerMessage(11, LogLevel.Information, "The database answers again after {Seconds:F1} s")]
    public static partial void ReachableAgain(ILogger logger, double seconds);

    [LoggerMessage(12, LogLevel.Warning, "A batch of {Rows} rows of {Table} is sent again ({Fault}); its outcome is not known yet")]
    public static partial void SentAgain(ILogger logger, string table, int rows, string fault);

    [LoggerMessage(13, LogLevel.Error, "The outcome of a batch of {Rows} rows of {Table} stays unknown after {Seconds:F1} s ({Fault})")]
    public static partial void OutcomeUnknown(ILogger logger, string table, int rows, double seconds, string fault);

    [LoggerMessage(14, LogLevel.Error, "The row {Key} of {Table} cannot be stored ({Fault}); nothing of it was written")]
    public static partial void RowRefused(ILogger logger, string table, string key, string fault);

    [LoggerMessage(15, LogLevel.Error, "The statement to {Name} failed ({Fault})")]
    public static partial void QueryFailed(ILogger logger, string name, string fault);

    [LoggerMessage(20, LogLevel.Information, "This process serves (epoch {Epoch})")]
    public static partial void Serving(ILogger logger, long epoch);

    [LoggerMessage(21, LogLevel.Information, "Another process serves; this one stands by")]
    public static partial void StandingBy(ILogger logger);

    [LoggerMessage(22, LogLevel.Error, "This process is passive: it lost its lock in the database ({Fault})")]
    public static partial void Passive(ILogger logger, string fault);

    [LoggerMessage(25, LogLevel.Warning, "This process cannot ask whether it may serve ({Fault}); it tries again")]
    public static partial void CannotLead(ILogger logger, string fault);

    [LoggerMessage(23, LogLevel.Critical, "Another process has served since (epoch {Found}, mine was {Mine}): this one ends, and serves again when started anew")]
    public static partial void Deposed(ILogger logger, long found, long mine);

    [LoggerMessage(24, LogLevel.Warning, "Revoked sessions could not be read ({Fault}); those known stay revoked")]
    public static partial void RevocationsNotRead(ILogger logger, string fault);

    [LoggerMessage(26, LogLevel.Warning, "The database is {Count} migrations ahead of this version (the newest is {Newest}); they only add, so this version serves")]
    public static partial void DatabaseIsNewer(ILogger logger, int count, string newest);
}
