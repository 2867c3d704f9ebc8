using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Cafeteria.Bench.Rush;

/// <summary>What a run found: a JSON line for each measurement, and at the end the rows of docs/performance.md, with the command that made them.</summary>
internal sealed class Findings(string command, string? images)
{
    private readonly List<string> _rows = [];

    public List<string> Wrong { get; } = [];

    public static string N(double number, int decimals = 0) => number.ToString($"N{decimals}", CultureInfo.InvariantCulture);

    public static void Tell(string progress) => Console.Error.WriteLine(progress);

    /// <summary>Now, so that what comes after may fail.</summary>
    public static void Line(object measurement) => Console.WriteLine(JsonSerializer.Serialize(measurement, JsonSerializerOptions.Web));

    /// <summary>What made the rows that come.</summary>
    public string Command { get; set; } = command;

    public static string Each(IEnumerable<string> figures) => string.Join(" / ", figures);

    /// <summary>A row of the page.</summary>
    public void Row(string what, string figure) => _rows.Add($"| {what} | {figure} | `{Command}` |");

    /// <summary>Wrong books, and where.</summary>
    public async Task BalanceAsync(string where, Installation installation)
    {
        foreach (var fault in await installation.WrongAsync())
            Wrong.Add($"{where}: {fault}");
    }

    public void Draw(string name, string words, params Panel[] panels)
    {
        var directory = Directory.CreateDirectory(images ?? Path.Combine(Root, "docs/images")).FullName;
        Plot.Write(Path.Combine(directory, name + ".svg"), words, panels);
    }

    /// <summary>The process's exit code.</summary>
    public int Conclude()
    {
        if (_rows.Count > 0)
            Console.WriteLine($"\n| | | |\n|---|---|---|\n{string.Join('\n', _rows)}\n");
        foreach (var fault in Wrong.Take(20))
            Console.WriteLine($"WRONG: {fault}");
        Console.WriteLine(Wrong.Count == 0 ? "The books balance." : $"The books are wrong: {Wrong.Count} faults.");
        return Wrong.Count == 0 ? 0 : 1;
    }

    private static string Root =>
        typeof(Findings).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Root").Value!;
}
