using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cafeteria.Tests.Fuzz;

/// <summary>Valid requests made odd, the same way whenever the random numbers are the same.</summary>
internal sealed partial class Mutations(Random random)
{
    private static readonly string[] Values =
    [
        "1e999", "-1e999", "-0", "0.1", "1e-400", "2147483648", "-2147483649", "9223372036854775808", "1.0", "1E0", "00", "NaN", "0", "-1", "101", "1000001",
        "null", "true", "false", "[]", "{}", "[null]", "[[[]]]", """{"amount":1}""", "\"\"", "\" \"", "\"1\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udfff\\ud800\"", "\"\u0001\"", "\"\\u202e\"",
        "\"\u0985\u09a8\u09cd\u09a8\"", "\"\\ud83c\\udf5c\"", "\"../../x\"", "\"a/b\"", "\"' or 1=1 --\"", "\"9999-12-31\"", "\"0001-01-01T00:00:00Z\"", "\"\\q\"", "\"%00\"", "\"\\ufeff\"", "\"\\r\\nX: y\"",
    ];

    private static readonly string[] HeaderValues =
    [
        "", " ", "x", "*", "\"", "\"\"", ",,,", ";;;", "W/\"1\"", "\"a\",\"b\"", "0", "-1", "1e999", "9223372036854775808", "null", "../..", "\u0001", "\0", "\u007f", "\u00ff\u00fe", "\u00c3\u00a9",
        "Bearer", "Bearer ", "Bearer a.b.c", "Bearer ..", "Bearer eyJhbGciOiJub25lIn0.e30.", "Basic YTpi", "spice-route", "IUT", "nowhere", "text/csv", "text/event-stream", "*/*;q=9", "application/xml",
        "application/json; charset=utf-16", "application/json; charset=utf-7", "application/json; charset=klingon", "application/json; charset=\"", "application/json;;", "text/plain", "application/problem+json", "1-2-3", "a:b",
    ];

    public bool Chance(double of) => random.NextDouble() < of;

    public T One<T>(IReadOnlyList<T> all) => all[random.Next(all.Count)];

    public byte[] Body(string valid, IReadOnlyList<string> others)
    {
        var text = valid;
        for (var times = random.Next(3); times > 0; times--)
            text = Json(text, others);
        var bytes = Encoding.UTF8.GetBytes(text);
        return Chance(0.15) ? Bytes(bytes) : bytes;
    }

    /// <summary>Anything but a line's end, which would begin another header.</summary>
    public string Header(string valid) => random.Next(6) switch
    {
        0 when valid.Length > 0 => valid[..random.Next(valid.Length)],
        1 => valid + One(HeaderValues),
        2 => new string((char)random.Next('!', '~'), random.Next(6_000)),
        3 when valid.Length > 0 => Replace(valid, random.Next(valid.Length), (char)random.Next(' ', 256)),
        _ => One(HeaderValues),
    };

    public string Query(string path)
    {
        var values = QueryValue().Matches(path);
        if (values.Count == 0)
            return path + "?limit=" + Escaped();
        var at = One(values);
        var odd = random.Next(8) switch
        {
            0 => "",
            1 => at.Value + "&" + path[(path.LastIndexOf('&') is > 0 and var last ? last + 1 : path.IndexOf('?', StringComparison.Ordinal) + 1)..],
            2 => "%zz",
            3 => "%ff%fe",
            4 => "%00",
            5 => new string('9', random.Next(1, 3_000)),
            _ => Escaped(),
        };
        return path[..at.Index] + odd + path[(at.Index + at.Length)..];
    }

    private string Escaped() => Uri.EscapeDataString(One(Values).Trim('"'));

    private string Json(string text, IReadOnlyList<string> others)
    {
        var scalars = Scalar().Matches(text);
        var names = Name().Matches(text);
        string With(string value) => scalars.Count > 0 && One(scalars) is var at ? text[..at.Index] + value + text[(at.Index + at.Length)..] : value;
        string Member(string member) => text.IndexOf('{', StringComparison.Ordinal) is >= 0 and var at && at + 1 < text.Length
            ? text[..(at + 1)] + member + (text[at + 1] == '}' ? "" : ",") + text[(at + 1)..]
            : text + member;
        var depth = random.Next(1, 2_000);
        return random.Next(14) switch
        {
            0 => text[..random.Next(text.Length + 1)],
            1 when names.Count > 0 => Member(One(names).Value + One(Values)),
            2 => Member("\"unknown\":" + One(Values)),
            3 => With(new string('[', depth) + new string(']', Chance(0.5) ? depth : depth / 2)),
            4 => "[" + text + "]",
            5 => One(others),
            6 => With('"' + new string('x', random.Next(70_000)) + '"'),
            7 when names.Count > 0 && One(names) is var at => text[..at.Index] + "\"\"" + text[(at.Index + at.Length - 1)..],
            8 when Scalar().Matches(One(others)) is { Count: > 0 } theirs => With(One(theirs).Value),
            9 => With(random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture)),
            _ => With(One(Values)),
        };
    }

    private byte[] Bytes(byte[] bytes)
    {
        var at = random.Next(bytes.Length + 1);
        return random.Next(8) switch
        {
            0 => [],
            1 => [0xEF, 0xBB, 0xBF, .. bytes],
            2 => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(bytes)),
            3 => [.. bytes, 0],
            4 => [.. bytes[..at], 0xC0, 0x80, .. bytes[at..]],
            5 => [.. bytes[..at], 0xED, 0xA0, 0x80, .. bytes[at..]],
            6 => [.. bytes, .. bytes],
            _ => [.. bytes[..at], (byte)random.Next(256), .. bytes[Math.Min(at + 1, bytes.Length)..]],
        };
    }

    private static string Replace(string text, int at, char with) => text[..at] + with + text[(at + 1)..];

    [GeneratedRegex("""(?<=[:\[,])\s*("(?:[^"\\]|\\.)*"(?!\s*:)|-?[0-9][0-9.eE+-]*|true|false|null)""")]
    private static partial Regex Scalar();

    [GeneratedRegex(""" *"[A-Za-z]+":""")]
    private static partial Regex Name();

    [GeneratedRegex("(?<==)[^&]*")]
    private static partial Regex QueryValue();
}
