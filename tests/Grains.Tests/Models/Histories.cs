using System.Globalization;
using Cafeteria.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace Cafeteria.Tests.Models;

/// <summary>What goes wrong with a command's write.</summary>
internal enum Trouble
{
    None,

    /// <summary>It fails before anything is written.</summary>
    NotWritten,

    /// <summary>It is written, and nobody is told.</summary>
    NotTold,
}

/// <summary>Random histories of commands against a grain and its model; what fails is made as short as it can be.</summary>
internal static class Histories
{
    private const int Longest = 25;

    /// <summary><c>HISTORIES=20</c>: twenty times as many. A failure prints what to replay.</summary>
    private static readonly int Factor = int.TryParse(Environment.GetEnvironmentVariable("HISTORIES"), CultureInfo.InvariantCulture, out var factor) ? factor : 1;

    private static int _tenants;

    /// <summary>For a history that needs no menu: there are thousands of them.</summary>
    public static string NextTenant() => string.Create(CultureInfo.InvariantCulture, $"history-{Interlocked.Increment(ref _tenants)}");

    public static readonly Gen<Trouble> SomeTrouble = Gen.Frequency(
        (8, Gen.Constant(Trouble.None)), (1, Gen.Constant(Trouble.NotWritten)), (1, Gen.Constant(Trouble.NotTold)));

    /// <summary>Every other time this one.</summary>
    public static Gen<Trouble> Often(Trouble trouble) => Gen.Elements(Trouble.None, trouble);

    /// <summary>Each history must agree with the model: <paramref name="run"/> throws where it does not.</summary>
    public static void Hold<T>(int cases, Gen<T> commands, Func<T[], Task> run) => Hold(cases, Gen.ArrayOf(commands), run);

    private static void Hold<T>(int cases, Gen<T[]> histories, Func<T[], Task> run) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(cases * Factor).WithStartSize(4).WithEndSize(Longest),
            Prop.ForAll(Arb.From(histories, Shorter), (T[] history) => Task.Run(() => run(history)).GetAwaiter().GetResult()));

    /// <summary>
    /// A bug put in on purpose: some history must find it, and a short one must be left of it. Answers that one. The commands
    /// are those that the bug is about, and every history has many of them: of 60 tried of each bug, 10 found the rarest one.
    /// Were it one in twenty, five hundred would all miss it once in 10¹¹ runs.
    /// </summary>
    public static T[] AreBrokenBy<T>(int cases, Gen<T> commands, Func<T[], Task> run, int shortest, int length = Longest)
    {
        T[]? found = null;
        var failure = Assert.ThrowsAny<Exception>(() => Hold(cases, Gen.ArrayOf(commands, length), async history =>
        {
            try
            {
                await run(history);
            }
            catch
            {
                found = found is null || history.Length <= found.Length ? history : found;
                throw;
            }
        }));
        Assert.Contains("Falsifiable", failure.Message, StringComparison.Ordinal);
        Assert.InRange(found!.Length, 1, shortest);
        return found;
    }

    /// <summary>The command with its trouble; whether it was answered. Without trouble it must be.</summary>
    public static async Task<bool> AnsweredAsync(this Faults faults, Trouble trouble, string key, Func<Task> command, string before = "write", string after = "written")
    {
        if (trouble is Trouble.None)
        {
            await command();
            return true;
        }

        var place = trouble is Trouble.NotWritten ? before : after;
        faults.Once(place, key, Faults.Unavailable);
        try
        {
            await command();
            return true; // it had nothing to write
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
        finally
        {
            faults.Clear(place, key);
        }
    }

    private static IEnumerable<T[]> Shorter<T>(T[] history)
    {
        for (var length = history.Length / 2; length > 0; length /= 2)
            for (var at = 0; at + length <= history.Length; at += length)
                yield return [.. history[..at], .. history[(at + length)..]];
    }
}
