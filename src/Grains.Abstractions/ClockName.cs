namespace Cafeteria;

/// <summary>
/// The keyed <see cref="TimeProvider"/> that the domain tells time by. The unkeyed one belongs to the grain host and is
/// left alone: replacing it stalls Orleans for minutes (dotnet/orleans#9131, #10271).
/// </summary>
public static class ClockName
{
    public const string Cafeteria = "cafeteria";
}
