using System.Runtime.InteropServices;

namespace Cafeteria.Bench.Rush;

/// <summary>What must not outlive this process, however it is ended (but for SIGKILL).</summary>
internal static class Leftovers
{
    private static readonly List<Action> Endings = [];
    private static readonly List<PosixSignalRegistration> Signals = [];

    public static void Watch()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            Signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                End();
                Environment.Exit(130);
            }));
        AppDomain.CurrentDomain.UnhandledException += (_, _) => End();
    }

    public static void Add(Action ending)
    {
        lock (Endings)
            Endings.Add(ending);
    }

    public static void Remove(Action ending)
    {
        lock (Endings)
            Endings.Remove(ending);
    }

    /// <summary>The last to start is the first to end.</summary>
    private static void End()
    {
        lock (Endings)
            for (var i = Endings.Count - 1; i >= 0; i--)
                Endings[i]();
    }
}
