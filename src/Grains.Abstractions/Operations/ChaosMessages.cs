using System.Text.Json.Serialization;
using Orleans.Runtime;

namespace Cafeteria.Operations;

/// <summary>A part of the product that can be made to fail on purpose.</summary>
[GenerateSerializer, Alias("cafeteria.chaos-part"), JsonConverter(typeof(SnakeCaseEnumConverter<ChaosPart>))]
public enum ChaosPart
{
    /// <summary>Every route but signing in, and but those that watch and heal.</summary>
    Gateway,

    /// <summary>Signing in, renewing, registering, and who am I.</summary>
    Identity,

    /// <summary>The stock items.</summary>
    Stock,

    /// <summary>The kitchen's stations.</summary>
    Kitchen,

    /// <summary>The order feeds, and what they bring to open trackers.</summary>
    Notifications,
}

[GenerateSerializer, Alias("cafeteria.chaos-mode"), JsonConverter(typeof(SnakeCaseEnumConverter<ChaosMode>))]
public enum ChaosMode
{
    /// <summary>The call is not carried out and fails at once, in a way that may pass.</summary>
    Error,

    /// <summary>The call takes longer, and whoever waits behind it with it.</summary>
    Latency,

    /// <summary>A grain loses what it has in memory and the call fails; a request is carried out, and its answer is lost.</summary>
    Crash,
}

/// <summary>One part of one cafeteria, made to fail for a time. It ends by itself.</summary>
/// <param name="Rate">The share of calls that suffer it: over 0, to 1.</param>
/// <param name="Latency">How much longer a call takes, in the mode of that name.</param>
/// <param name="By">Who asked for it.</param>
[GenerateSerializer, Immutable, Alias("cafeteria.fault")]
public sealed record Fault(
    [property: Id(0)] string Tenant,
    [property: Id(1)] ChaosPart Part,
    [property: Id(2)] ChaosMode Mode,
    [property: Id(3)] double Rate,
    [property: Id(4)] TimeSpan Latency,
    [property: Id(5)] DateTimeOffset StartedAt,
    [property: Id(6)] DateTimeOffset EndsAt,
    [property: Id(7)] string By);

/// <summary>What a call fails with that was made to fail on purpose; to whoever catches it, a part out of reach.</summary>
[GenerateSerializer, Alias("cafeteria.made-to-fail")]
public sealed class MadeToFailException : OrleansException
{
    public MadeToFailException() : this("Made to fail on purpose.")
    {
    }

    public MadeToFailException(string message) : base(message)
    {
    }

    public MadeToFailException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
