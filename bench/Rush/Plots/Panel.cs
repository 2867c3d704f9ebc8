namespace Cafeteria.Bench.Rush;

/// <param name="Dashed">What would be, beside what was.</param>
internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points, bool Dashed = false);

/// <summary>One pair of axes.</summary>
/// <param name="Title">What is up the page, with its unit.</param>
/// <param name="Across">What is across, with its unit.</param>
/// <param name="Marks">Where the axis across is marked; null: in even steps.</param>
/// <param name="Even">Marks stand at even distances, whatever their values.</param>
internal sealed record Panel(string Title, string Across, IReadOnlyList<Series> Series, IReadOnlyList<double>? Marks = null, bool Even = false);
