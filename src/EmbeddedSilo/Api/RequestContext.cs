namespace Orleans.Runtime;

/// <summary>Values that go with every call made from here on, down the chain of calls and never back.</summary>
public static class RequestContext
{
    // Replaced whole, never changed: callers and callees share it.
    private static readonly AsyncLocal<Dictionary<string, object>?> Values = new();

    public static IEnumerable<string> Keys => Values.Value?.Keys ?? Enumerable.Empty<string>();

    public static IEnumerable<KeyValuePair<string, object>> Entries => Values.Value ?? Enumerable.Empty<KeyValuePair<string, object>>();

    internal static Dictionary<string, object>? Snapshot => Values.Value;

    public static object? Get(string key) => Values.Value?.GetValueOrDefault(key);

    public static void Set(string key, object value) =>
        Values.Value = new Dictionary<string, object>(Values.Value ?? []) { [key] = value };

    public static bool Remove(string key)
    {
        if (Values.Value is not { } values || !values.ContainsKey(key))
        {
            return false;
        }

        var left = new Dictionary<string, object>(values);
        left.Remove(key);
        Values.Value = left.Count == 0 ? null : left;
        return true;
    }

    public static void Clear()
    {
        if (Values.Value is not null)
        {
            Values.Value = null;
        }
    }

    internal static void Import(Dictionary<string, object>? snapshot)
    {
        if (!ReferenceEquals(Values.Value, snapshot))
        {
            Values.Value = snapshot;
        }
    }
}
