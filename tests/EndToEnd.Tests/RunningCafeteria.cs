using System.Reflection;

namespace Cafeteria.Tests;

/// <summary>One silo with its database for all tests of this project, serving the web app as it was built.</summary>
public sealed class RunningCafeteria : IAsyncLifetime
{
    private static int _people;

    private SiloProcess? _silo;
    private Session? _manager;
    private Session? _admin;
    private Session? _cook;

    public static string Repository { get; } = typeof(RunningCafeteria).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "Repository").Value!;

    public SiloProcess Silo => _silo ?? throw new InvalidOperationException("The silo has not been started.");

    /// <summary>Of this silo's address, which stays the same over its deaths.</summary>
    public CafeteriaClient Client { get; private set; } = null!;

    public Uri Address => Silo.Address;

    public async Task InitializeAsync()
    {
        var web = Path.Combine(Repository, "src", "Web", "dist");
        if (!File.Exists(Path.Combine(web, "index.html")))
            throw new InvalidOperationException("The web app is not built: npm ci && npm run build in src/Web.");
        var postgres = await PostgresServer.SharedAsync();
        var settings = new SiloSettings { ConnectionString = await postgres.CreateDatabaseAsync(migrated: false) }.With("Web:Root", web);
        _silo = await SiloProcess.StartAsync(settings);
        Client = new CafeteriaClient(_silo);
        await WaitForFirstDataAsync();
    }

    public async Task DisposeAsync()
    {
        Client?.Dispose();
        if (_silo is not null)
            await _silo.DisposeAsync();
    }

    /// <summary>As kill -9 leaves it.</summary>
    public void Kill() => Silo.Kill();

    public async Task RestartAsync() => _silo = await Silo.RestartAsync();

    /// <summary>A student whom nobody else knows, so that tests do not see each other's orders.</summary>
    public async Task<Student> NewStudentAsync()
    {
        var student = new Student($"E2E-{Interlocked.Increment(ref _people):D3}-{Guid.NewGuid().ToString("N")[..6]}", "Dinner-At-Six");
        var answer = await Client.RegisterAsync(student.Id, student.Password);
        return answer.Succeeded ? student : throw new InvalidOperationException($"{student.Id} could not be registered: {answer.Body}");
    }

    public async Task<IReadOnlyList<Order>> OrdersOfAsync(Student student)
    {
        var session = await Client.SignInAsync(student.Id, student.Password);
        return (await Client.SendAsync<OrderPage>(session, HttpMethod.Get, "orders")).Value.Items;
    }

    /// <summary>Signed in once: a name may not be tried often in a minute.</summary>
    public async Task<Session> CookAsync() => _cook ??= await Client.SignInAsync("kitchen1", "Password@123");

    public async Task<Session> ManagerAsync() => _manager ??= await Client.SignInManagerAsync();

    /// <summary>Somebody who works here and whom nobody else knows: of one account only three may sign in in a minute.</summary>
    public async Task<Student> NewStaffAsync(string role)
    {
        _admin ??= await Client.SignInAsync("ADMIN-001", "AdminPass123!");
        var login = $"{role[..2]}-{Interlocked.Increment(ref _people):D3}-{Guid.NewGuid().ToString("N")[..6]}";
        var made = (await Client.SendAsync<MadeStaff>(_admin, HttpMethod.Post, "staff", new { login, fullName = $"Test {role}", role })).Value;
        return new Student(login, made.TemporaryPassword);
    }

    /// <summary>The kitchen of all tests waits for a cook's word until this ends; then it cooks by itself again.</summary>
    public async Task<IAsyncDisposable> CookByHandAsync()
    {
        var manager = await ManagerAsync();
        _ = (await Client.SendAsync<object>(manager, HttpMethod.Put, "kitchen/stations/main", new { cooks = 10, mode = "manual" })).Value;
        return new ByItself(Client, manager);
    }

    /// <summary>An order of a student's own, as their phone would place it.</summary>
    public async Task<Order> OrderAsync(params Line[] lines)
    {
        var student = await NewStudentAsync();
        return (await Client.PlaceAsync(await Client.SignInAsync(student.Id, student.Password), null, lines)).Value;
    }

    /// <summary>A dish of a test's own, with this many portions, cooked in a second.</summary>
    public async Task<string> NewDishAsync(string name, int portions)
    {
        var id = $"{name}-{Guid.NewGuid().ToString("N")[..6]}";
        return await Client.AddDishAsync(await ManagerAsync(), id, portions);
    }

    /// <summary>Somebody else takes all of it.</summary>
    public async Task BuyAsync(string dish, int portions)
    {
        var other = await NewStudentAsync();
        var session = await Client.SignInAsync(other.Id, other.Password);
        _ = (await Client.PlaceAsync(session, null, new Line(dish, portions))).Value;
    }

    private async Task WaitForFirstDataAsync()
    {
        var limit = DateTime.UtcNow.AddSeconds(30);
        while (Silo.Log.Count("iut has its first data") == 0)
        {
            if (DateTime.UtcNow > limit)
                throw new TimeoutException($"The first data should be there within 30 s.\n{await Silo.Log.TailAsync()}");
            await Task.Delay(50);
        }
    }

    private sealed record MadeStaff(string TemporaryPassword);

    private sealed class ByItself(CafeteriaClient client, Session manager) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await client.SetCooksAsync(manager, 10);
    }

    private sealed record OrderPage(IReadOnlyList<Order> Items, string? NextCursor);
}

public sealed record Student(string Id, string Password);

[CollectionDefinition(Name)]
public sealed class EndToEnd : ICollectionFixture<RunningCafeteria>, ICollectionFixture<Chromium>
{
    public const string Name = "end to end";
}
