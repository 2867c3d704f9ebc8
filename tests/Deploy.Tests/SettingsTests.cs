using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cafeteria.Tests;

/// <summary>What deploy/ says to the silo, the silo understands: a setting that is misspelt is silently none.</summary>
public sealed partial class SettingsTests
{
    private static readonly string Code = string.Join('\n', Repository.Files("src", "*.cs").Select(Repository.Read));
    private static readonly string Defaults = Repository.Read("src/Silo/appsettings.json");

    // .NET's own.
    private static readonly string[] Known = ["ASPNETCORE_ENVIRONMENT", "DOTNET_EnableDiagnostics", "DOTNET_gcServer"];

    [Fact]
    public async Task Every_setting_named_is_one_of_the_silos()
    {
        var names = new HashSet<string>(EnvironmentOf(Repository.Read("Dockerfile")));
        using (var compose = await Tool.YamlAsync([.. Repository.Files("deploy/compose", "compose*.yaml").Select(Repository.PathOf)]))
            foreach (var silo in compose.RootElement.EnumerateObject().Select(file => file.Value[0].GetProperty("services").GetProperty("silo")))
            {
                if (silo.TryGetProperty("environment", out var environment))
                    names.UnionWith(environment.EnumerateObject().Select(variable => variable.Name));
                if (silo.TryGetProperty("secrets", out var secrets))
                    names.UnionWith(secrets.EnumerateArray().Select(secret => secret.GetProperty("target").GetString()!));
            }

        foreach (var overlay in (string[])["minikube", "production"])
            foreach (var resource in await KubernetesTests.ReadAsync(overlay))
                if (KubernetesTests.Name(resource) == "silo-settings")
                    names.UnionWith(resource.GetProperty("data").EnumerateObject().Select(setting => setting.Name));
                else if (KubernetesTests.Kind(resource) == "Deployment")
                    names.UnionWith(SiloOf(resource).GetProperty("env").EnumerateArray().Select(variable => variable.GetProperty("name").GetString()!));

        Assert.True(names.Count >= 12, string.Join(' ', names));
        Assert.All(names.Except(Known), name => Assert.True(IsSetting(name), $"{name} is no setting of the silo's."));
    }

    [Fact]
    public void A_name_that_nobody_reads_is_noticed()
    {
        Assert.True(IsSetting("Database__PoolSize"));
        Assert.False(IsSetting("Database__PoolSizes"));
        Assert.False(IsSetting("Databases__PoolSize"));
        Assert.False(IsSetting("OTEL_EXPORTER_ENDPOINT"));
    }

    [Fact]
    public async Task Every_port_probe_and_verb_named_is_there()
    {
        var production = await KubernetesTests.ReadAsync("production");
        var silo = SiloOf(production.Single(resource => KubernetesTests.Kind(resource) == "Deployment"));
        foreach (var probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
            AssertMapped(silo.GetProperty(probe).GetProperty("httpGet").GetProperty("path").GetString()!);
        AssertMapped(production.Single(resource => KubernetesTests.Kind(resource) == "ServiceMonitor").GetProperty("spec").GetProperty("endpoints")[0].GetProperty("path").GetString()!);
        using (var prometheus = await Tool.YamlAsync(Repository.PathOf("deploy/prometheus/prometheus.yml")))
            AssertMapped(prometheus.RootElement.EnumerateObject().Single().Value[0].GetProperty("scrape_configs")[0].GetProperty("metrics_path").GetString()!);

        var ports = silo.GetProperty("ports").EnumerateArray().Select(port => port.GetProperty("containerPort").GetInt32()).ToArray();
        Assert.Equal([8080, 11111, 30000], ports);
        Assert.Equal("EXPOSE 8080 11111 30000", Repository.Read("Dockerfile").Split('\n').Single(line => line.StartsWith("EXPOSE", StringComparison.Ordinal)));
        Assert.Contains("Urls=http://+:8080", Repository.Read("Dockerfile"), StringComparison.Ordinal);
        Assert.Contains("SiloPort { get; set; } = 11111;", Code, StringComparison.Ordinal);
        Assert.Contains("GatewayPort { get; set; } = 30000;", Code, StringComparison.Ordinal);
        Assert.Contains("server silo:8080 ", Repository.Read("deploy/nginx/upstream.conf"), StringComparison.Ordinal);

        Assert.Contains("\"--health\"]", Repository.Read("Dockerfile"), StringComparison.Ordinal);
        Assert.Contains("\"--health\"", Code, StringComparison.Ordinal);
    }

    private static void AssertMapped(string path) => Assert.Contains($"MapGet(\"{path}\"", Code, StringComparison.Ordinal);

    private static JsonElement SiloOf(JsonElement deployment) =>
        deployment.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("containers").EnumerateArray().Single();

    private static IEnumerable<string> EnvironmentOf(string dockerfile) =>
        RuntimeVariable().Matches(dockerfile[dockerfile.LastIndexOf("FROM ", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value);

    /// <summary>Section__Property of an options class, Section:Key that is read by its name, or a plain name in the code or the defaults.</summary>
    private static bool IsSetting(string name)
    {
        if (name == "ConnectionStrings__Cafeteria")
            return Code.Contains("ConnectionStringName = \"Cafeteria\"", StringComparison.Ordinal);
        if (name.Split("__") is not [var section, var key, ..])
            return Code.Contains($"\"{name}\"", StringComparison.Ordinal) || Defaults.Contains($"\"{name}\"", StringComparison.Ordinal);
        if (Code.Contains($"\"{section}:{key}\"", StringComparison.Ordinal))
            return true;
        var at = Code.IndexOf($"Section = \"{section}\";", StringComparison.Ordinal);
        if (at < 0)
            return false;
        var end = Code.IndexOf("\n}", at, StringComparison.Ordinal);
        return Regex.IsMatch(Code[at..end], $@"public \S+ {Regex.Escape(key)} {{ get;");
    }

    [GeneratedRegex(@"(?:ENV |^    )([A-Za-z_]+)=", RegexOptions.Multiline)]
    private static partial Regex RuntimeVariable();
}
