using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cafeteria.Tests;

/// <summary>The three stacks, merged by Compose itself and checked against the Compose specification's schema.</summary>
public sealed partial class ComposeTests
{
    private const string Folder = "deploy/compose";

    private static readonly string[] Overlays = ["override", "staging", "production"];

    private static readonly Dictionary<string, string> Given = new()
    {
        ["DOMAIN"] = "cafeteria.example.edu",
        ["ACME_EMAIL"] = "ops@example.edu",
        ["CAFETERIA_IMAGE"] = "registry.example.edu/cafeteria",
        ["CAFETERIA_VERSION"] = "1.0.0",
    };

    public static TheoryData<string> Stacks => [.. Overlays];

    [Fact]
    public async Task Every_file_is_valid_by_the_Compose_specification()
    {
        string[] files = [.. Repository.Files(Folder, "compose*.yaml").Select(Repository.PathOf)];
        Assert.Equal(4, files.Length);
        string[] variables = [.. Given.SelectMany(variable => new[] { "--env", $"{variable.Key}={variable.Value}" })];
        var answer = await Tool.RunAsync("node", [Repository.PathOf("tests/Deploy.Tests/checks/compose.mjs"), .. variables, .. files]);
        Assert.True(answer.ExitCode == 0, answer.Output + answer.Errors);
    }

    [Theory, MemberData(nameof(Stacks))]
    public async Task Every_service_is_hardened_limited_watched_and_pinned(string overlay)
    {
        var stack = await MergedAsync(overlay);
        var services = stack.GetProperty("services").EnumerateObject().ToArray();
        Assert.True(services.Length >= 10, $"Only {services.Length} services.");
        Assert.All(services, service =>
        {
            var (name, it) = (service.Name, service.Value);
            Assert.Equal("ALL", Assert.Single(it.GetProperty("cap_drop").EnumerateArray()).GetString());
            Assert.Contains("no-new-privileges:true", it.GetProperty("security_opt").EnumerateArray().Select(option => option.GetString()));
            Assert.True(it.GetProperty("read_only").GetBoolean(), $"{name} may write to its root.");
            var limits = it.GetProperty("deploy").GetProperty("resources").GetProperty("limits");
            Assert.True(limits.TryGetProperty("cpus", out _) && limits.TryGetProperty("memory", out _), $"{name} has no limits.");
            Assert.True(it.TryGetProperty("restart", out _) || it.GetProperty("deploy").TryGetProperty("restart_policy", out _), $"{name} would stay down.");
            var health = it.GetProperty("healthcheck");
            // "certs" ends by itself; nothing in Tempo's image could ask.
            Assert.True(health.TryGetProperty("test", out _) || name is "certs" or "tempo", $"{name} has no health check.");
            Assert.Matches(PinnedImage(), it.GetProperty("image").GetString()!);
        });
    }

    [Theory, InlineData("override"), InlineData("staging")]
    public async Task On_one_machine_a_service_waits_until_what_it_needs_is_healthy(string overlay)
    {
        var services = (await MergedAsync(overlay)).GetProperty("services");
        Assert.Equal("service_healthy", ConditionOf("silo", "postgres"));
        Assert.Equal("service_healthy", ConditionOf("nginx", "silo"));
        Assert.Equal("service_completed_successfully", ConditionOf("nginx", "certs"));
        Assert.Equal("service_healthy", ConditionOf("grafana", "prometheus"));
        Assert.Equal("service_healthy", ConditionOf("alloy", "loki"));

        string? ConditionOf(string service, string needed) =>
            services.GetProperty(service).GetProperty("depends_on").GetProperty(needed).GetProperty("condition").GetString();
    }

    [Fact]
    public async Task In_production_a_silo_is_replaced_by_one_that_already_serves_and_nothing_is_built_or_known_to_everybody()
    {
        var stack = await MergedAsync("production");
        var silo = stack.GetProperty("services").GetProperty("silo");
        var update = silo.GetProperty("deploy").GetProperty("update_config");
        Assert.Equal("start-first", update.GetProperty("order").GetString());
        Assert.Equal("rollback", update.GetProperty("failure_action").GetString());
        Assert.False(silo.TryGetProperty("build", out _));
        Assert.All(stack.GetProperty("secrets").EnumerateObject(), secret => Assert.True(secret.Value.TryGetProperty("external", out _), $"{secret.Name} is a file."));
        Assert.All(stack.GetProperty("services").EnumerateObject(), service => Assert.False(service.Value.TryGetProperty("depends_on", out _), "Swarm refuses depends_on with conditions."));
    }

    [Fact]
    public async Task Production_refuses_to_start_without_an_image_and_a_name()
    {
        var answer = await ComposeAsync("production", new Dictionary<string, string> { ["CAFETERIA_IMAGE"] = "", ["DOMAIN"] = "" });
        Assert.NotEqual(0, answer.ExitCode);
    }

    /// <summary>"docker stack deploy" passes over the one without a word, and over the other with a warning that nobody reads.</summary>
    [Fact]
    public async Task No_service_asks_for_memory_in_a_way_that_Swarm_passes_over()
    {
        var files = await FilesAsync();
        Assert.All(files.Values.SelectMany(file => file.GetProperty("services").EnumerateObject()), service =>
        {
            Assert.False(service.Value.TryGetProperty("tmpfs", out _) || service.Value.TryGetProperty("shm_size", out _), $"{service.Name} would have none on Swarm.");
            foreach (var volume in service.Value.TryGetProperty("volumes", out var volumes) ? volumes.EnumerateArray().Where(IsMemory) : [])
                Assert.Equal(JsonValueKind.Number, volume.GetProperty("tmpfs").GetProperty("size").ValueKind);
        });
        // A root that is read-only, and nothing that the image may write to but what is mounted.
        var services = files["compose"].GetProperty("services");
        Assert.All((string[])["silo", "nginx", "certs", "postgres", "alertmanager", "grafana"], name => Assert.Contains("/tmp", MemoryOf(name)));
        Assert.Equal(["/dev/shm", "/run/postgresql", "/tmp"], MemoryOf("postgres").Order(StringComparer.Ordinal));
        // Root without capabilities is let into the image's folder by its group alone.
        Assert.Equal("0:473", services.GetProperty("alloy").GetProperty("user").GetString());

        string[] MemoryOf(string service) =>
            [.. services.GetProperty(service).GetProperty("volumes").EnumerateArray().Where(IsMemory).Select(volume => volume.GetProperty("target").GetString()!)];

        static bool IsMemory(JsonElement volume) => volume.ValueKind is JsonValueKind.Object && volume.GetProperty("type").GetString() == "tmpfs";
    }

    /// <summary>Swarm puts an overlay's network in the place of the base's; Compose merges the two, so that the merged stack would not tell.</summary>
    [Fact]
    public async Task Productions_own_networks_have_the_ranges_and_the_walls_of_the_bases()
    {
        var files = await FilesAsync();
        var (networks, own) = (files["compose"].GetProperty("networks"), files["compose.production"].GetProperty("networks"));
        Assert.Equal(5, networks.EnumerateObject().Count());
        Assert.All(networks.EnumerateObject(), network =>
        {
            Assert.Equal("overlay", own.GetProperty(network.Name).GetProperty("driver").GetString());
            foreach (var said in network.Value.EnumerateObject())
                Assert.True(JsonElement.DeepEquals(said.Value, own.GetProperty(network.Name).GetProperty(said.Name)), $"{network.Name}: {said.Name}");
        });
        var silo = files["compose"].GetProperty("services").GetProperty("silo").GetProperty("environment");
        foreach (var (setting, network) in ((string, string)[])[("Http__TrustedProxies__0", "edge"), ("Cluster__AdvertisedAddress", "cluster"), ("Metrics__AllowedNetworks__0", "watch")])
            Assert.Equal(networks.GetProperty(network).GetProperty("ipam").GetProperty("config")[0].GetProperty("subnet").GetString(), silo.GetProperty(setting).GetString());
    }

    [Fact]
    public void Every_variable_is_explained_in_the_example_and_none_is_there_for_nothing()
    {
        // Compose's own.
        string[] composes = ["COMPOSE_FILE", "COMPOSE_PROJECT_NAME"];
        var used = Repository.Files(Folder, "compose*.yaml").SelectMany(file => Variable().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value)).ToHashSet();
        var lines = Repository.Read($"{Folder}/.env.example").Split('\n');
        var explained = lines.Select((line, at) => (Name: line.Split('=')[0], At: at)).Where(line => Regex.IsMatch(line.Name, "^[A-Z][A-Z_0-9]*$")).ToArray();
        Assert.Equal(used.Concat(composes).Order(), explained.Select(line => line.Name).Order());
        // A comment right above, or above the lines that belong together.
        Assert.All(explained, line => Assert.Contains(lines.Take(line.At).Reverse().TakeWhile(above => above.Length > 0), above => above.StartsWith("# ", StringComparison.Ordinal)));
    }

    /// <summary>Each file as it stands, by its name without an ending.</summary>
    private static async Task<Dictionary<string, JsonElement>> FilesAsync()
    {
        using var documents = await Tool.YamlAsync([.. Repository.Files(Folder, "compose*.yaml").Select(Repository.PathOf)]);
        return documents.RootElement.EnumerateObject().ToDictionary(file => Path.GetFileNameWithoutExtension(file.Name), file => file.Value[0].Clone());
    }

    private static async Task<JsonElement> MergedAsync(string overlay)
    {
        using var folder = new TemporaryFolder();
        var merged = folder.Write("merged.yaml", (await ComposeAsync(overlay, Given)).Succeeded);
        using var document = await Tool.YamlAsync(merged);
        return document.RootElement.GetProperty(merged)[0].Clone();
    }

    /// <summary>Needs no engine: it reads, merges and checks.</summary>
    private static Task<Tool.Answer> ComposeAsync(string overlay, IReadOnlyDictionary<string, string> variables) => Tool.RunAsync(
        "docker-compose", ["-f", "compose.yaml", "-f", $"compose.{overlay}.yaml", "config"], variables, Repository.PathOf(Folder));

    [GeneratedRegex(@"(?<!\$)\$\{([A-Z_0-9]+)")]
    private static partial Regex Variable();

    [GeneratedRegex(@":v?\d+(\.\d+)+[\w.-]*$|^cafeteria:local$")]
    private static partial Regex PinnedImage();
}
