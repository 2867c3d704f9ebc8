using Cafeteria.Persistence;
using Cafeteria.Silo.Hosting;

namespace Cafeteria.Silo.Commands;

/// <summary>What a verb was given: its words, and the same configuration as a serving process has.</summary>
internal sealed class VerbContext
{
    private readonly Dictionary<string, List<string>> _options = new(StringComparer.Ordinal);

    /// <exception cref="UsageException">A word is not understood.</exception>
    public VerbContext(Verb verb, string[] words)
    {
        var operands = new List<string>();
        for (var i = 0; i < words.Length; i++)
        {
            var (name, value) = words[i].Split('=', 2) is [var left, var right] && left.StartsWith("--", StringComparison.Ordinal) ? (left, right) : (words[i], null);
            if (!name.StartsWith('-') || name == "-")
                operands.Add(words[i]);
            else if (verb.Flags.Contains(name) && value is null)
                _options[name] = [];
            else if (!verb.Values.Contains(name))
                throw new UsageException($"'{words[i]}' is not understood; {verb.Name} --help lists the options.");
            else if (value is null && ++i == words.Length)
                throw new UsageException($"{name} needs a value; {verb.Name} --help says which.");
            else
                (_options.TryGetValue(name, out var values) ? values : _options[name] = []).Add(value ?? words[i]);
        }

        if (operands.Count != verb.Operands)
            throw new UsageException($"usage: {verb.Name} {verb.Usage}");
        Operands = operands;
        var data = Option("--data") is { } directory ? new[] { "--data", directory } : [];
        Builder = SiloApplication.CreateBuilder(data);
        Builder.Logging.ClearProviders();
    }

    public IReadOnlyList<string> Operands { get; }

    public WebApplicationBuilder Builder { get; }

    public IConfiguration Configuration => Builder.Configuration;

    public bool Has(string flag) => _options.ContainsKey(flag);

    public string? Option(string name) => _options.TryGetValue(name, out var values) && values is [.., var last] ? last : null;

    public IReadOnlyList<string> All(string name) => _options.TryGetValue(name, out var values) ? values : [];

    /// <summary>The database as it is: not brought up to date, not led.</summary>
    public async Task<Maintenance> OpenDatabaseAsync()
    {
        using var log = LoggingSetup.CreateVerbLog();
        return await Maintenance.OpenAsync(DatabaseOptions.From(Configuration), log.CreateLogger("Cafeteria.Persistence"));
    }

    /// <summary>The same, for what can only be done to a database that this version can work with.</summary>
    /// <param name="exactly">Refused also when it is ahead by what only adds: what is not known cannot be wiped.</param>
    /// <exception cref="RefusedException">It is older or newer.</exception>
    public async Task<Maintenance> OpenCurrentDatabaseAsync(bool exactly = false)
    {
        var database = await OpenDatabaseAsync();
        var schema = await database.SchemaAsync();
        if (exactly ? schema.IsOurs : schema.IsUsable)
            return database;
        var place = database.Place;
        await database.DisposeAsync();
        throw new RefusedException(schema.Missing.Count > 0
            ? $"The database at {place} lacks {schema.Missing.Count} migrations of this version, the first {schema.Missing[0]}: run migrate first."
            : $"The database at {place} is newer than this version ({schema.Newer[^1]}): run this with the version that made it.");
    }
}
