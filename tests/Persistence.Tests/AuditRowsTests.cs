using Cafeteria.Audit;
using Cafeteria.Persistence;
using Npgsql;

namespace Cafeteria.Tests;

public sealed class AuditRowsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task An_entry_stands_once_and_for_ever()
    {
        await using var process = await Process.OpenNewAsync();
        var rows = new AuditRows(process.Database);
        var entry = Entry("menu/ramen", "450.00 BDT");
        await rows.AddAsync(entry, None);
        await rows.AddAsync(entry, None);

        var read = Assert.Single(await rows.ListAsync(new AuditQuery("t", "menu", null, null, null, null, 10), None));
        Assert.Equal((entry.Id, entry.Action, "450.00 BDT"), (read.Id, read.Action, Assert.Single(read.Changes).After));
        foreach (var sql in new[] { "update audit set by = 'nobody'", "delete from audit", "truncate audit" })
            await Assert.ThrowsAsync<PostgresException>(() => process.ExecuteAsync(sql));
    }

    [Fact]
    public async Task One_kind_of_thing_is_told_from_another_that_begins_alike()
    {
        await using var process = await Process.OpenNewAsync();
        var rows = new AuditRows(process.Database);
        foreach (var about in new[] { "menu/ramen", "menu/ramen-2", "menus/x", "menu" })
            await rows.AddAsync(Entry(about, null), None);

        Assert.Equal(["menu/ramen", "menu/ramen-2"], (await ListAsync("menu")).Select(entry => entry.About).Order());
        Assert.Equal(["menu/ramen"], (await ListAsync("menu/ramen")).Select(entry => entry.About));

        async Task<IEnumerable<AuditEntry>> ListAsync(string about) => await rows.ListAsync(new AuditQuery("t", about, null, null, null, null, 10), None);
    }

    private static AuditEntry Entry(string about, string? after) => new(
        Guid.CreateVersion7(), "t", DateTimeOffset.UtcNow, "manager1", "Manager One", AuditAction.DishChanged, about, [new AuditChange("price", null, after)]);
}
