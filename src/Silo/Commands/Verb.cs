namespace Cafeteria.Silo.Commands;

/// <summary>Something the executable does besides serving.</summary>
/// <param name="Usage">What may stand after the verb, as its help shows it.</param>
/// <param name="Summary">One line for the list of verbs.</param>
/// <param name="Explanation">What it does, needs and refuses; the help's body.</param>
/// <param name="Values">Options that take a value.</param>
/// <param name="Flags">Options that take none.</param>
/// <param name="Operands">How many words without dashes it takes, exactly.</param>
internal sealed record Verb(
    string Name, string Usage, string Summary, string Explanation, string[] Values, string[] Flags, int Operands, Func<VerbContext, Task<int>> RunAsync)
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    public static readonly Verb[] All =
    [
        Seed.Verb, Reset.Verb, Check.Verb, Migrate.Verb, PruneOrders.Verb, BackUp.Verb, Restore.Verb, Certificates.Verb, CreateAdmin.Verb, RotateKeys.Verb,
    ];

    public static Verb? Find(string name) => Array.Find(All, verb => verb.Name == name);

    public string Help => $"""
        usage: Cafeteria.Silo {Name} {Usage}

        {Explanation}

        exit code: {Ok} done, {Failed} refused or failed (one sentence says why), {WrongUsage} not understood
        """;
}

/// <summary>The words after a verb are not understood. The message is one sentence.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The verb refuses, or could not. The message is one sentence: why, and what to do.</summary>
internal sealed class RefusedException(string message) : Exception(message);
