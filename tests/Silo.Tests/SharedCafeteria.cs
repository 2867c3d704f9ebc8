namespace Cafeteria.Tests;

/// <summary>One cafeteria with its crowd, for all tests that leave it as it was: open, and on the same database.</summary>
public sealed class SharedCafeteria : IAsyncLifetime
{
    public const string Name = "one cafeteria";
    public const int CrowdSize = 200;

    public RunningCafeteria Cafeteria { get; private set; } = null!;

    public Session[] Crowd { get; private set; } = [];

    public async Task InitializeAsync()
    {
        Cafeteria = await RunningCafeteria.OpenAsync();
        Crowd = await Cafeteria.AdmitAsync("crowd", CrowdSize);
    }

    public Task DisposeAsync() => Cafeteria.DisposeAsync().AsTask();
}

[CollectionDefinition(SharedCafeteria.Name)]
public sealed class SharedCafeteriaTests : ICollectionFixture<SharedCafeteria>;
