using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Cafeteria.Tests;

/// <summary>
/// The statements that Orleans' AdoNet clustering reads from <c>OrleansQuery</c> and runs as they are, run here as it does:
/// named parameters, and the result's columns by name.
/// </summary>
public sealed class MembershipQueriesTests
{
    private const string Cluster = "c1";
    private static readonly DateTime Start = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Every_key_that_the_provider_requires_is_there()
    {
        await using var process = await Process.OpenNewAsync();
        var keys = await QueryAsync(process, "select querykey as \"Key\" from orleansquery", []);
        Assert.Equal(
            [
                "CleanupDefunctSiloEntriesKey", "DeleteMembershipTableEntriesKey", "GatewaysQueryKey", "InsertMembershipKey", "InsertMembershipVersionKey",
                "MembershipReadAllKey", "MembershipReadRowKey", "UpdateIAmAlivetimeKey", "UpdateMembershipKey",
            ],
            keys.Select(k => (string)k["Key"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_cluster_is_made_once_and_read_without_silos()
    {
        await using var process = await Process.OpenNewAsync();
        Assert.Empty(await RunAsync(process, "MembershipReadAllKey", Deployment()));
        Assert.True(await DoneAsync(process, "InsertMembershipVersionKey", Deployment()));
        Assert.False(await DoneAsync(process, "InsertMembershipVersionKey", Deployment()));

        var row = Assert.Single(await RunAsync(process, "MembershipReadAllKey", Deployment()));
        Assert.Equal(0, row["Version"]);
        Assert.Null(row["StartTime"]);
        row = Assert.Single(await RunAsync(process, "MembershipReadRowKey", [.. Deployment(), .. Silo(1)]));
        Assert.Null(row["StartTime"]);
    }

    [Fact]
    public async Task A_silo_joins_only_on_the_version_it_has_read_and_only_once()
    {
        await using var process = await Process.OpenNewAsync();
        await DoneAsync(process, "InsertMembershipVersionKey", Deployment());
        Assert.False(await DoneAsync(process, "InsertMembershipKey", Joining(1, version: 7)));
        Assert.True(await DoneAsync(process, "InsertMembershipKey", Joining(1, version: 0)));
        Assert.False(await DoneAsync(process, "InsertMembershipKey", Joining(2, version: 0)));
        Assert.False(await DoneAsync(process, "InsertMembershipKey", Joining(1, version: 1)));

        var row = Assert.Single(await RunAsync(process, "MembershipReadRowKey", [.. Deployment(), .. Silo(1)]));
        Assert.Equal(1, row["Version"]);
        Assert.Equal((Cluster, "10.0.0.1", 11111, 1), (row["DeploymentId"], row["Address"], row["Port"], row["Generation"]));
        Assert.Equal(("silo-1", "host", 1, 30000), (row["SiloName"], row["HostName"], row["Status"], row["ProxyPort"]));
        Assert.Equal((Start, Start), (row["StartTime"], row["IAmAliveTime"]));
        Assert.Null(row["SuspectTimes"]);
    }

    [Fact]
    public async Task An_update_counts_the_version_up_or_does_nothing_at_all()
    {
        await using var process = await Process.OpenNewAsync();
        await DoneAsync(process, "InsertMembershipVersionKey", Deployment());
        await DoneAsync(process, "InsertMembershipKey", Joining(1, version: 0));

        Assert.False(await DoneAsync(process, "UpdateMembershipKey", Updating(1, 3, null, version: 0)));
        Assert.False(await DoneAsync(process, "UpdateMembershipKey", Updating(2, 3, null, version: 1)));
        Assert.True(await DoneAsync(process, "UpdateMembershipKey", Updating(1, 3, "10.0.0.2:11111@2,now", version: 1)));
        Assert.True(await DoneAsync(process, "UpdateMembershipKey", Updating(1, 3, null, version: 2)));

        var row = Assert.Single(await RunAsync(process, "MembershipReadAllKey", Deployment()));
        Assert.Equal((3, 3), (row["Version"], row["Status"]));
        Assert.Null(row["SuspectTimes"]);
    }

    [Fact]
    public async Task Of_many_that_change_the_same_version_at_once_one_succeeds()
    {
        await using var process = await Process.OpenNewAsync();
        await DoneAsync(process, "InsertMembershipVersionKey", Deployment());

        var joined = await Task.WhenAll(Enumerable.Range(1, 12).Select(i => DoneAsync(process, "InsertMembershipKey", Joining(i, version: 0))));
        Assert.Equal(1, joined.Count(done => done));
        Assert.Equal(1, await process.ScalarAsync<long>("select count(*) from cluster_member"));

        var silo = 1 + Array.IndexOf(joined, true);
        var updated = await Task.WhenAll(Enumerable.Range(1, 12).Select(_ => DoneAsync(process, "UpdateMembershipKey", Updating(silo, 3, null, version: 1))));
        Assert.Equal(1, updated.Count(done => done));
        Assert.Equal(2, await process.ScalarAsync<int>("select version from cluster_version"));
    }

    [Fact]
    public async Task Being_alive_leaves_the_version_alone_and_the_dead_are_cleared_away()
    {
        await using var process = await Process.OpenNewAsync();
        await DoneAsync(process, "InsertMembershipVersionKey", Deployment());
        for (var silo = 1; silo <= 3; silo++)
            await DoneAsync(process, "InsertMembershipKey", Joining(silo, version: silo - 1));
        await DoneAsync(process, "UpdateMembershipKey", Updating(1, 3, null, version: 3));
        await DoneAsync(process, "UpdateMembershipKey", Updating(2, 6, null, version: 4));
        await RunAsync(process, "UpdateIAmAlivetimeKey", [.. Deployment(), .. Silo(1), Time("IAmAliveTime", Start.AddMinutes(5))]);

        var gateway = Assert.Single(await RunAsync(process, "GatewaysQueryKey", [.. Deployment(), Number("Status", 3)]));
        Assert.Equal(("10.0.0.1", 30000, 1), (gateway["Address"], gateway["ProxyPort"], gateway["Generation"]));

        // Joining silos may look old too: only the dead go.
        await RunAsync(process, "CleanupDefunctSiloEntriesKey", [.. Deployment(), Time("IAmAliveTime", Start.AddMinutes(3))]);
        var rows = await RunAsync(process, "MembershipReadAllKey", Deployment());
        Assert.Equal([1, 3], rows.Select(r => (int)r["Generation"]!).Order());
        Assert.All(rows, r => Assert.Equal(5, r["Version"]));
        Assert.Contains(rows, r => r["IAmAliveTime"] is DateTime time && time == Start.AddMinutes(5));

        await RunAsync(process, "DeleteMembershipTableEntriesKey", Deployment());
        Assert.Empty(await RunAsync(process, "MembershipReadAllKey", Deployment()));
    }

    private static NpgsqlParameter[] Deployment() => [Text("DeploymentId", Cluster)];

    private static NpgsqlParameter[] Silo(int silo) =>
        [Text("Address", $"10.0.0.{silo}"), Number("Port", 11111), Number("Generation", silo)];

    private static NpgsqlParameter[] Joining(int silo, int version) =>
    [
        .. Deployment(), .. Silo(silo), Text("SiloName", $"silo-{silo}"), Text("HostName", "host"), Number("Status", 1), Number("ProxyPort", 30000),
        Time("StartTime", Start), Time("IAmAliveTime", Start), Number("Version", version),
    ];

    private static NpgsqlParameter[] Updating(int silo, int status, string? suspects, int version) =>
        [.. Deployment(), .. Silo(silo), Number("Status", status), Text("SuspectTimes", suspects), Time("IAmAliveTime", Start), Number("Version", version)];

    private static NpgsqlParameter Text(string name, string? value) =>
        new(name, NpgsqlDbType.Varchar) { Value = (object?)value ?? DBNull.Value };

    private static NpgsqlParameter Number(string name, int value) => new(name, NpgsqlDbType.Integer) { Value = value };

    private static NpgsqlParameter Time(string name, DateTime value) => new(name, NpgsqlDbType.TimestampTz) { Value = value };

    private static async Task<bool> DoneAsync(Process process, string key, NpgsqlParameter[] parameters)
    {
        // The provider reads exactly one row of exactly one column, and converts it.
        var row = Assert.Single(await RunAsync(process, key, parameters));
        return Convert.ToBoolean(Assert.Single(row).Value, CultureInfo.InvariantCulture);
    }

    private static async Task<List<Dictionary<string, object?>>> RunAsync(Process process, string key, NpgsqlParameter[] parameters) =>
        await QueryAsync(process, await process.ScalarAsync<string>($"select querytext from orleansquery where querykey = '{key}'"), parameters);

    private static async Task<List<Dictionary<string, object?>>> QueryAsync(Process process, string sql, NpgsqlParameter[] parameters)
    {
        await using var connection = new NpgsqlConnection(process.Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Dictionary<string, object?>>();
        while (await reader.ReadAsync())
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, i => reader.IsDBNull(i) ? null : reader.GetValue(i)));
        return rows;
    }
}
