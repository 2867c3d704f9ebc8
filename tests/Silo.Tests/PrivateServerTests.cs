using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Cafeteria.Tests;

/// <summary>With nothing configured the silo brings its own PostgreSQL, and takes it away again.</summary>
public sealed class PrivateServerTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Starts_serves_stops_with_the_silo_and_is_found_again_after_a_crash()
    {
        var data = Directory.CreateTempSubdirectory("cafeteria-data-").FullName;
        // As root the server runs as somebody else, who must be able to enter.
        File.SetUnixFileMode(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var silo = SiloProcess.Launch(new SiloSettings { Arguments = ["--data", data] });
        try
        {
            await silo.WaitUntilReadyAsync(SiloProcess.StartLimit);
            using var client = new CafeteriaClient(silo);
            var student = await FirstSignInAsync(client);
            var order = (await client.PlaceAsync(student, "private", new Line("water", 1))).Value;
            var first = ServerIn(data);
            Assert.True(IsRunning(first), "The private server should run.");

            await silo.InterruptAsync();
            await Eventually.TrueAsync(() => Task.FromResult(!IsRunning(first)), TimeSpan.FromSeconds(5), () => "Ctrl-C should stop PostgreSQL too");

            var started = Stopwatch.GetTimestamp();
            silo = await silo.RestartAsync();
            var found = await client.PlaceAsync(student, "private", new Line("water", 1));
            output.WriteLine($"Second start to first order: {Stopwatch.GetElapsedTime(started).TotalSeconds:F2} s.");
            Assert.True(found.Replayed, found.Body);
            Assert.Equal(order.Id, found.Value.Id);
            var second = ServerIn(data);
            Assert.NotEqual(first, second);

            silo.Kill();
            Assert.True(IsRunning(second), "A crash of the silo should leave its server running.");
            silo = await silo.RestartAsync();
            Assert.Equal(second, ServerIn(data));
            Assert.Equal(order.Id, (await client.PlaceAsync(student, "private", new Line("water", 1))).Value.Id);

            await silo.StopAsync();
            await Eventually.TrueAsync(() => Task.FromResult(!IsRunning(second)), TimeSpan.FromSeconds(5), () => "a graceful stop should stop PostgreSQL too");

            await using var unreadable = SiloProcess.Launch(silo.Settings.With("Http:TrustedProxies:0", "everywhere"));
            Assert.Equal(1, await unreadable.WaitForExitAsync(SiloProcess.StartLimit));
            Assert.Contains(unreadable.Log.Errors, line => line.Contains("everywhere", StringComparison.Ordinal));
            Assert.False(TryServerIn(data) is { } third && IsRunning(third), "A silo that cannot read its settings should take the server away that it started.");
        }
        finally
        {
            await silo.DisposeAsync();
            if (TryServerIn(data) is { } left && IsRunning(left))
                Process.GetProcessById(left).Kill();
            await Eventually.TrueAsync(() => Task.FromResult(TryDelete(data)), TimeSpan.FromSeconds(10), () => $"{data} should be deleted");
        }
    }

    /// <summary>Ready says that it serves; the first accounts come a moment later.</summary>
    private static async Task<Session> FirstSignInAsync(CafeteriaClient client)
    {
        await Eventually.TrueAsync(
            async () => (await client.GetDishAsync("icecream")) is { Succeeded: true } dish && dish.Value.Stock.OnHand > 0,
            TimeSpan.FromSeconds(20),
            () => "the first menu should be there");
        Answer<Session> answer = null!;
        await Eventually.TrueAsync(
            async () =>
            {
                // At most three attempts of one login in a minute, so each of the five tries once.
                foreach (var number in Enumerable.Range(1, 5))
                {
                    answer = await client.LoginAsync($"STU-2021-00{number}", $"Student{number}Pass!");
                    if (answer.Succeeded)
                        return true;
                    await Task.Delay(500);
                }

                return false;
            },
            TimeSpan.FromSeconds(20),
            () => $"a student should be let in: {answer.Body}");
        return answer.Value;
    }

    private static int ServerIn(string data) => TryServerIn(data) ?? throw new InvalidOperationException($"No PostgreSQL runs in {data}.");

    private static int? TryServerIn(string data)
    {
        var file = Directory.EnumerateFiles(data, "postmaster.pid", SearchOption.AllDirectories).FirstOrDefault();
        return file is null ? null : int.Parse(File.ReadLines(file).First(), CultureInfo.InvariantCulture);
    }

    private static bool IsRunning(int process) =>
        File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);

    private static bool TryDelete(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
