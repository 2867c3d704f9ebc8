using System.Globalization;
using System.Text;

namespace Cafeteria.Http;

/// <summary>
/// Comma-separated values (RFC 4180) for spreadsheets. A text that a spreadsheet would run as a formula gets an apostrophe
/// before it: names of dishes and people are written by people.
/// </summary>
internal sealed class Csv
{
    private readonly StringBuilder _text = new();

    public Csv Row(params object?[] cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
                _text.Append(',');
            _text.Append(cells[i] switch
            {
                null => "",
                string text => Quoted(Harmless(text)),
                IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
                var other => Quoted(Harmless(other.ToString() ?? "")),
            });
        }

        _text.Append("\r\n");
        return this;
    }

    /// <summary>With a byte order mark: without one, a spreadsheet takes Bengali for Latin.</summary>
    public byte[] ToBytes() => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(_text.ToString())];

    internal static string Harmless(string text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] ? "'" + text : text;

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
