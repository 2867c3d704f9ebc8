using static Cafeteria.Bench.Rush.Findings;

namespace Cafeteria.Bench.Rush;

/// <summary>
/// One student who asks on many connections, again as soon as answered, while the others order as on any evening: what is left
/// to them. What keeps the one in bounds is the limit of tries for each student, which is looked at once the token is known.
/// </summary>
internal static class Insistent
{
    private const int Connections = 64;

    /// <summary>More than chance brings anybody of a crowd at ten times what can be served, far less than who insists.</summary>
    public static readonly KeyValuePair<string, string>[] Limits = [new("Limits__OrdersPerSecond", "50"), new("Limits__OrderBurst", "200")];

    /// <param name="One">Of the one: accepted are its answers, refused (429) its refusals.</param>
    public sealed record Result(OpenResult Others, ClosedResult One);

    public static async Task<Result> RunAsync(Uri server, Students students, double rate, TimeSpan lead, TimeSpan counted, Action<Acknowledged> acknowledged)
    {
        Tell("one student insists …");
        var others = new OpenLoop(server, students with { Tokens = students.Tokens[1..] }, Choice.Hot) { Lead = lead };
        var one = new ClosedLoop(server, students with { Tokens = students.Tokens[..1] }, Choice.Hot, keyed: true, expectedStatus: 202);
        var insisting = one.RunAsync(Connections, lead + counted, acknowledged);
        return new Result(await others.RunAsync(rate, lead + counted, acknowledged), await insisting);
    }

    /// <param name="calm">The others' p99 without the one, ms.</param>
    public static void Describe(Findings findings, Result result, double calm)
    {
        var (others, one) = (result.Others, result.One);
        findings.Row(
            $"one student asks on {Connections} connections as fast as answered: accepted, refused a second; of {N(others.TriesPerSecond)} tries of others accepted; their p50; p99, ms (without: {N(calm)})",
            $"{N(one.PerSecond)}, {N(one.Refused / one.Took.TotalSeconds)}; {N(others.AcceptedPerSecond)}; {N(others.Answering.At(0.5).TotalMilliseconds, 1)}; {N(others.Answering.At(0.99).TotalMilliseconds)}");
    }
}
