using System.Globalization;
using System.Net;
using System.Text;

namespace Cafeteria.Bench.Rush;

/// <summary>Small pictures of what was measured, as SVG by hand: panels two in a row, readable on white and on black.</summary>
internal static class Plot
{
    private const double Width = 380, Height = 250, Left = 58, Right = 16, Top = 40, Bottom = 46;
    private const int InARow = 2;
    private static readonly string[] Colours = ["a", "b", "c"];

    private const string Style = """
        <style>
        text{font:12px system-ui,sans-serif;fill:#57606a}.t{font-size:13px;font-weight:600;fill:#24292f}
        .g{stroke:#8c959f;stroke-opacity:.3}.x{stroke:#8c959f}polyline{fill:none;stroke-width:2;stroke-linejoin:round}
        .a{stroke:#0969da}.b{stroke:#bc4c00}.c{stroke:#1a7f37}text.a,circle.a{fill:#0969da;stroke:none}text.b,circle.b{fill:#bc4c00;stroke:none}text.c,circle.c{fill:#1a7f37;stroke:none}
        @media(prefers-color-scheme:dark){text{fill:#9198a1}.t{fill:#f0f6fc}.a{stroke:#4493f8}.b{stroke:#f0883e}.c{stroke:#3fb950}
        text.a,circle.a{fill:#4493f8}text.b,circle.b{fill:#f0883e}text.c,circle.c{fill:#3fb950}}
        </style>
        """;

    /// <param name="words">For those who cannot see it.</param>
    public static void Write(string path, string words, params Panel[] panels)
    {
        var svg = new StringBuilder();
        var (columns, rows) = (Math.Min(InARow, panels.Length), (panels.Length + InARow - 1) / InARow);
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {columns * Width} {rows * Height}\" width=\"{columns * Width}\" role=\"img\" aria-label=\"{Text(words)}\">\n");
        svg.Append(Style).Append('\n');
        for (var n = 0; n < panels.Length; n++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({n % InARow * Width},{n / InARow * Height})\">\n");
            Draw(svg, panels[n]);
            svg.Append("</g>\n");
        }

        File.WriteAllText(path, svg.Append("</svg>\n").ToString());
        Console.Error.WriteLine($"drawn: {path}");
    }

    private static void Draw(StringBuilder svg, Panel panel)
    {
        var points = panel.Series.SelectMany(series => series.Points).ToArray();
        if (points is [])
            return;
        var marks = panel.Marks ?? Steps(points.Min(point => point.X), points.Max(point => point.X));
        var levels = Steps(0, Math.Max(points.Max(point => point.Y), double.Epsilon));
        var (from, to, top) = (marks[0], marks[^1], levels[^1]);

        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"t\" x=\"{Left - 46}\" y=\"18\">{Text(panel.Title)}</text>\n");
        foreach (var level in levels)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"{(level == 0 ? "x" : "g")}\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(level):0.#}\" y2=\"{Y(level):0.#}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{Y(level) + 4:0.#}\" text-anchor=\"end\">{Number(level)}</text>\n");
        }

        foreach (var mark in marks)
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"x\" x1=\"{X(mark):0.#}\" x2=\"{X(mark):0.#}\" y1=\"{Y(0):0.#}\" y2=\"{Y(0) + 4:0.#}\"/><text x=\"{X(mark):0.#}\" y=\"{Y(0) + 17:0.#}\" text-anchor=\"middle\">{Number(mark)}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 10}\" text-anchor=\"middle\">{Text(panel.Across)}</text>\n");

        var legend = Left;
        for (var n = 0; n < panel.Series.Count; n++)
        {
            var (series, colour) = (panel.Series[n], Colours[n % Colours.Length]);
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{colour}\"{(series.Dashed ? " stroke-dasharray=\"4 4\"" : "")} points=\"{string.Join(' ', series.Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):0.#},{Y(point.Y):0.#}")))}\"/>\n");
            if (series.Points.Count <= 12 && !series.Dashed)
                foreach (var (x, y) in series.Points)
                    svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"{colour}\" cx=\"{X(x):0.#}\" cy=\"{Y(y):0.#}\" r=\"3\"/>");
            if (panel.Series.Count == 1)
                continue;
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{colour}\" x=\"{legend}\" y=\"33\">{Text(series.Name)}</text>\n");
            legend += series.Name.Length * 6.5 + 14;
        }

        double X(double value)
        {
            var share = to == from ? 0.5 : (value - from) / (to - from);
            if (panel.Even)
            {
                var after = Enumerable.Range(0, marks.Count).FirstOrDefault(n => marks[n] >= value, marks.Count - 1);
                share = marks.Count == 1 ? 0.5 : (after == 0 ? 0 : after - 1 + (value - marks[after - 1]) / (marks[after] - marks[after - 1])) / (marks.Count - 1);
            }

            return Left + 10 + share * (Width - Left - Right - 20);
        }

        double Y(double value) => Height - Bottom - value / top * (Height - Top - Bottom);
    }

    /// <summary>Round numbers, about five, that reach from the least to the most.</summary>
    private static List<double> Steps(double least, double most)
    {
        var raw = Math.Max(most - least, 1e-9) / 5;
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = magnitude * (raw / magnitude is var rest && rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10);
        List<double> steps = [];
        for (var n = (long)Math.Floor(least / step); ; n++)
        {
            steps.Add(n * step);
            if (n * step >= most - step * 1e-6 && steps.Count > 1)
                return steps;
        }
    }

    private static string Number(double value) => value switch
    {
        >= 1_000_000 => (value / 1_000_000).ToString("0.##", CultureInfo.InvariantCulture) + " M",
        >= 10_000 => (value / 1_000).ToString("0.#", CultureInfo.InvariantCulture) + " k",
        _ => value.ToString("#,0.###", CultureInfo.InvariantCulture),
    };

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
