using System.Globalization;

namespace Cafeteria.Bench.Rush;

internal enum Verb
{
    Rush,
    Compare,
    Overload,
    Growth,
    Startup,
    Soak,
    Capacity,
}

internal sealed record RushOptions
{
    public const string Help = """
        usage: Rush [options]            a rush, with the books balanced at its end; exit code 1 when they are wrong
               Rush compare [--quick]    the product against two plain servers (bench/compare)
               Rush overload             up to ten times what it can take, and calm again; --seconds of each (10)
               Rush growth               how the cost of an order grows with items, trackers, history, tenants (bench/growth)
               Rush startup              from starting the process to the first order; 10,000 orders due after a crash
               Rush capacity             orders a second while p99 stays below one, and what an order's whole life costs; --hot: of one dish
               Rush soak                 half of what it can do, for a long time; exit code 1 when anything grew

          --url URL           a server that runs, where nobody else orders meanwhile (the books would show it);
                              without it, one is started on a PostgreSQL of its own
          --database STRING   the connection string of that server's database, to sign tokens with its key
          --manager L:P       or else: who may set up the menu (manager1:Password@123); students are registered

          --rate N            orders a second (200)          --seconds N      for how long (30)
          --shape SHAPE       constant, step or spike        --seed N         the same rush again (1)
          --hot               one dish                       --spread         one of fifty dishes, each order
          --closed N          N connections that ask again as soon as they are answered, instead of a rate
          --students N        (500)                          --stock N        portions of each dish (1000000)
          --followers SHARE   of orders, on a tracker (0.2)  --readers SHARE  of visits that read the menu first (0.5)
          --retries N         with the same key (8)          --json           the report as JSON on standard output

        compare: --connections N (256), --rounds N (3), --disk DIR (where PostgreSQL keeps its files),
                 --alone (the product without the others: for work from its profile),
                 --history N (so many orders of years past are in the table before it begins)
        growth:  --only SERIES (items, trackers, history, tenants, hot; several with commas), --seconds N of each step (8)
        startup: --seconds N of new orders after each start (15)
        capacity: --seconds N of each rate (20)
        soak:    --minutes N (30), --rate N (half of what it is found to do)
        these, and overload: --connections, --disk, --images DIR (docs/images); growth and startup: --history N (1000000)
        """;

    public Uri? Url { get; private init; }
    public string? Database { get; private init; }
    public string Manager { get; private init; } = "manager1:Password@123";
    public double Rate => RateGiven ?? 200;
    public double? RateGiven { get; private init; }
    public double Seconds => SecondsGiven ?? Verb switch { Verb.Overload => 10, Verb.Growth => 8, Verb.Startup => 15, Verb.Capacity => 20, _ => 30 };
    public double? SecondsGiven { get; private init; }
    public Shape Shape { get; private init; }
    public Choice Choice { get; private init; }
    public int? Closed { get; private init; }
    public int Seed { get; private init; } = 1;
    public int Students { get; private init; } = 500;
    public int Stock { get; private init; } = 1_000_000;
    public double Followers { get; private init; } = 0.2;
    public double Readers { get; private init; } = 0.5;
    public int Retries { get; private init; } = 8;
    public int Connections { get; private init; } = 256;
    public int? Rounds { get; private init; }
    public string? Disk { get; private init; }
    public bool Quick { get; private init; }
    public bool Alone { get; private init; }
    public int History { get; private init; }
    public bool Json { get; private init; }
    public double Minutes { get; private init; } = 30;
    public string? Only { get; private init; }
    public string? Images { get; private init; }
    public Verb Verb { get; private init; }

    public static RushOptions Parse(string[] args)
    {
        var options = new RushOptions();
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i];
            options = name switch
            {
                "compare" => options with { Verb = Verb.Compare },
                "overload" => options with { Verb = Verb.Overload },
                "growth" => options with { Verb = Verb.Growth },
                "startup" => options with { Verb = Verb.Startup },
                "soak" => options with { Verb = Verb.Soak },
                "capacity" => options with { Verb = Verb.Capacity },
                "--minutes" => options with { Minutes = Number(0.5) },
                "--only" => options with { Only = Next() },
                "--images" => options with { Images = Next() },
                "--quick" => options with { Quick = true },
                "--alone" => options with { Alone = true },
                "--json" => options with { Json = true },
                "--hot" => options with { Choice = Choice.Hot },
                "--spread" => options with { Choice = Choice.Spread },
                "--url" => options with { Url = Uri.TryCreate(Next().TrimEnd('/') + "/", UriKind.Absolute, out var url) ? url : throw Bad() },
                "--database" => options with { Database = Next() },
                "--manager" => options with { Manager = Next() },
                "--disk" => options with { Disk = Next() },
                "--shape" => options with { Shape = Enum.TryParse<Shape>(Next(), ignoreCase: true, out var shape) ? shape : throw Bad() },
                "--rate" => options with { RateGiven = Number(0.01) },
                "--seconds" => options with { SecondsGiven = Number(0.1) },
                "--followers" => options with { Followers = Number(0) },
                "--readers" => options with { Readers = Number(0) },
                "--closed" => options with { Closed = (int)Number(1) },
                "--seed" => options with { Seed = (int)Number(0) },
                "--students" => options with { Students = (int)Number(1) },
                "--stock" => options with { Stock = (int)Number(1) },
                "--retries" => options with { Retries = (int)Number(0) },
                "--history" => options with { History = (int)Number(0) },
                "--rounds" => options with { Rounds = (int)Number(1) },
                "--connections" => options with { Connections = (int)Number(1) },
                _ => throw new RushException($"'{name}' is not understood; --help lists the options."),
            };

            string Next() => ++i < args.Length ? args[i] : throw new RushException($"{name} needs a value.");

            double Number(double least) =>
                double.TryParse(Next(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least ? number : throw Bad();

            RushException Bad() => new($"{name} cannot be '{args[Math.Min(i, args.Length - 1)]}'.");
        }

        return options;
    }
}
