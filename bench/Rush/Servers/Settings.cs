namespace Cafeteria.Bench.Rush;

/// <summary>How the product is started for a rush: as in production, but for what keeps one client from being a thousand.</summary>
internal static class Settings
{
    private const string Boundless = "1000000";

    public static Dictionary<string, string> ForSilo(string connectionString) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["ConnectionStrings__Cafeteria"] = connectionString,
        ["Orders__MaxOpenPerStudent"] = Boundless,
        ["Limits__OrderBurst"] = Boundless,
        ["Limits__OrdersPerSecond"] = Boundless,
        ["Limits__RequestBurst"] = Boundless,
        ["Limits__RequestsPerSecond"] = Boundless,
        ["Limits__AnonymousPerMinute"] = Boundless,
        ["Tracking__MaxStreamsPerStudent"] = Boundless,
        ["Metrics__Stages"] = "true",
        ["Logging__LogLevel__Default"] = "Warning",
    };

    public static Dictionary<string, string> ForPlain(byte[] signingKey) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["SigningKey"] = Convert.ToBase64String(signingKey),
    };
}
