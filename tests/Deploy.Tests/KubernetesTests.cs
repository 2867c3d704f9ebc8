using System.Collections.Concurrent;
using System.Text.Json;

namespace Cafeteria.Tests;

/// <summary>What kustomize makes of the overlays, checked against Kubernetes' schemas and against what we promise ourselves.</summary>
public sealed class KubernetesTests
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<JsonElement[]>>> Read = new();

    public static TheoryData<string> Overlays => ["minikube", "production"];

    [Theory, MemberData(nameof(Overlays))]
    public async Task Every_manifest_is_valid_by_its_schema(string overlay)
    {
        using var folder = new TemporaryFolder();
        var manifests = folder.Write("all.yaml", await BuildAsync(overlay));
        var answer = await Tool.RunAsync("sh", "-c", $"node '{Repository.PathOf("tests/Deploy.Tests/checks/kubernetes.mjs")}' < '{manifests}'");
        Assert.True(answer.ExitCode == 0, answer.Output + answer.Errors);
        // The operator's own resources, and its plugin's: no package has schemas of them.
        Assert.All(answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(@"^unchecked (postgresql|barmancloud)\.cnpg\.io/v1 ", line));
    }

    [Theory, MemberData(nameof(Overlays))]
    public async Task Every_pod_is_restricted_probed_and_limited(string overlay)
    {
        var workloads = (await ReadAsync(overlay)).Where(it => Kind(it) is "Deployment" or "StatefulSet").ToArray();
        Assert.NotEmpty(workloads);
        Assert.All(workloads, workload =>
        {
            var pod = workload.GetProperty("spec").GetProperty("template").GetProperty("spec");
            Assert.False(pod.GetProperty("automountServiceAccountToken").GetBoolean());
            Assert.True(pod.GetProperty("securityContext").GetProperty("runAsNonRoot").GetBoolean());
            Assert.Equal("RuntimeDefault", pod.GetProperty("securityContext").GetProperty("seccompProfile").GetProperty("type").GetString());
            Assert.All(pod.GetProperty("containers").EnumerateArray(), container =>
            {
                var context = container.GetProperty("securityContext");
                Assert.False(context.GetProperty("allowPrivilegeEscalation").GetBoolean());
                Assert.True(context.GetProperty("readOnlyRootFilesystem").GetBoolean());
                Assert.Equal("ALL", Assert.Single(context.GetProperty("capabilities").GetProperty("drop").EnumerateArray()).GetString());
                Assert.True(container.TryGetProperty("readinessProbe", out _) && container.TryGetProperty("livenessProbe", out _));
                Assert.True(container.GetProperty("resources").GetProperty("limits").TryGetProperty("memory", out _));
                Assert.DoesNotContain(":latest", container.GetProperty("image").GetString(), StringComparison.Ordinal);
            });
        });
        var space = (await ReadAsync(overlay)).Single(it => Kind(it) == "Namespace");
        Assert.Equal("restricted", space.GetProperty("metadata").GetProperty("labels").GetProperty("pod-security.kubernetes.io/enforce").GetString());
    }

    [Theory, MemberData(nameof(Overlays))]
    public async Task Nothing_talks_to_anything_unless_a_policy_says_so(string overlay)
    {
        var policies = (await ReadAsync(overlay)).Where(it => Kind(it) == "NetworkPolicy").ToArray();
        var deny = policies.Single(policy => Name(policy) == "deny-all").GetProperty("spec");
        Assert.Equal(["Ingress", "Egress"], deny.GetProperty("policyTypes").EnumerateArray().Select(type => type.GetString()));
        Assert.Empty(deny.GetProperty("podSelector").EnumerateObject());
        Assert.False(deny.TryGetProperty("ingress", out _) || deny.TryGetProperty("egress", out _));
        // The silos, their database; and in production those who answer the certificate authority's questions.
        Assert.Equal(overlay == "production" ? 4 : 3, policies.Length);
        if (overlay != "production")
            return;
        var challenge = policies.Single(policy => Name(policy) == "challenge").GetProperty("spec");
        Assert.Equal("true", challenge.GetProperty("podSelector").GetProperty("matchLabels").GetProperty("acme.cert-manager.io/http01-solver").GetString());
        Assert.Equal(["Ingress"], challenge.GetProperty("policyTypes").EnumerateArray().Select(type => type.GetString()));
        var asked = Assert.Single(challenge.GetProperty("ingress").EnumerateArray());
        Assert.Equal(8089, Assert.Single(asked.GetProperty("ports").EnumerateArray()).GetProperty("port").GetInt32());
        Assert.Equal("ingress-nginx", asked.GetProperty("from")[0].GetProperty("namespaceSelector").GetProperty("matchLabels").GetProperty("kubernetes.io/metadata.name").GetString());
    }

    /// <summary>The controller reads a path exactly and by its case unless it is told that it is a pattern; the silo does neither.</summary>
    [Fact]
    public async Task Figures_are_not_led_outside_however_their_path_is_written()
    {
        var ingress = (await ReadAsync("production")).Single(it => Kind(it) == "Ingress");
        Assert.Equal("true", ingress.GetProperty("metadata").GetProperty("annotations").GetProperty("nginx.ingress.kubernetes.io/use-regex").GetString());
        var paths = ingress.GetProperty("spec").GetProperty("rules")[0].GetProperty("http").GetProperty("paths").EnumerateArray().ToArray();
        var pattern = paths.Single(path => path.GetProperty("backend").GetProperty("service").GetProperty("name").GetString() == "nobody");
        Assert.Equal("ImplementationSpecific", pattern.GetProperty("pathType").GetString());
        // As it becomes a location of nginx: anchored in front, whatever the case.
        Assert.All((string[])["/metrics", "/metrics/", "/METRICS"], path => Assert.Matches($"(?i)^{pattern.GetProperty("path").GetString()}", path));
        Assert.DoesNotMatch($"(?i)^{pattern.GetProperty("path").GetString()}", "/metrics-of-mine");
    }

    /// <summary>Whoever forgets is told so by a silo that does not start, not by students who share one limit.</summary>
    [Fact]
    public async Task Productions_proxies_are_to_be_named_by_whoever_puts_it_up()
    {
        var settings = (await ReadAsync("production")).Single(it => Name(it) == "silo-settings").GetProperty("data");
        Assert.All((string[])["Http__TrustedProxies__0", "Metrics__AllowedNetworks__0"], name => Assert.False(System.Net.IPNetwork.TryParse(settings.GetProperty(name).GetString(), out _)));
        Assert.DoesNotContain("Http__TrustedProxies__0", Repository.Read("deploy/kubernetes/base/settings.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_leaves_slowly_enough_and_is_replaced_before_it_goes()
    {
        var silo = (await ReadAsync("production")).Single(it => Kind(it) == "Deployment").GetProperty("spec");
        var pod = silo.GetProperty("template").GetProperty("spec");
        var preStop = pod.GetProperty("containers")[0].GetProperty("lifecycle").GetProperty("preStop").GetProperty("sleep").GetProperty("seconds").GetInt32();
        // A turn is cut off after 30 s, the host's own time to stop is 30 s.
        Assert.True(pod.GetProperty("terminationGracePeriodSeconds").GetInt32() > preStop + 30);
        Assert.Equal(0, silo.GetProperty("strategy").GetProperty("rollingUpdate").GetProperty("maxUnavailable").GetInt32());
        Assert.False(silo.TryGetProperty("replicas", out _), "Every apply would undo what the autoscaler did.");
        Assert.Equal(1, (await ReadAsync("production")).Single(it => Kind(it) == "PodDisruptionBudget").GetProperty("spec").GetProperty("maxUnavailable").GetInt32());
        var scaler = (await ReadAsync("production")).Single(it => Kind(it) == "HorizontalPodAutoscaler").GetProperty("spec");
        Assert.Equal(10, scaler.GetProperty("maxReplicas").GetInt32());
        Assert.Equal(70, scaler.GetProperty("metrics")[0].GetProperty("resource").GetProperty("target").GetProperty("averageUtilization").GetInt32());
    }

    /// <summary>The adapter serves what the autoscaler asks for; that Prometheus has it, WatchingTests ask.</summary>
    [Fact]
    public async Task The_autoscalers_second_figure_is_the_one_that_the_adapter_serves()
    {
        var metric = (await ReadAsync("production")).Single(it => Kind(it) == "HorizontalPodAutoscaler").GetProperty("spec").GetProperty("metrics")[1].GetProperty("pods").GetProperty("metric");
        var rule = await AdapterRuleAsync();
        Assert.Equal("cafeteria_orders_admission_in_flight", metric.GetProperty("name").GetString());
        Assert.StartsWith("cafeteria_orders_admission_in_flight{", rule.GetProperty("seriesQuery").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Production_has_no_secret_in_it()
    {
        var resources = await ReadAsync("production");
        Assert.DoesNotContain(resources, it => Kind(it) == "Secret");
        Assert.DoesNotContain("assword=", await BuildAsync("production"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dashboards_and_alerts_are_what_their_tables_make()
    {
        using var folder = new TemporaryFolder();
        _ = (await Tool.RunAsync("node", Repository.PathOf("deploy/grafana/make.mjs"), folder.Path)).Succeeded;
        string[] made = [.. Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)];
        Assert.Equal(5, made.Length);
        Assert.All(made, file => Assert.Equal(File.ReadAllText(file), Repository.Read($"deploy/{Path.GetRelativePath(folder.Path, file)}")));
    }

    /// <summary>Built once: every test reads the same.</summary>
    internal static Task<JsonElement[]> ReadAsync(string overlay) =>
        Read.GetOrAdd(overlay, static name => new Lazy<Task<JsonElement[]>>(() => BuildAndReadAsync(name))).Value;

    private static async Task<JsonElement[]> BuildAndReadAsync(string overlay)
    {
        using var folder = new TemporaryFolder();
        var manifests = folder.Write("all.yaml", await BuildAsync(overlay));
        using var document = await Tool.YamlAsync(manifests);
        return [.. document.RootElement.GetProperty(manifests).EnumerateArray().Select(it => it.Clone())];
    }

    internal static async Task<JsonElement> AdapterRuleAsync()
    {
        var values = Repository.PathOf("deploy/kubernetes/overlays/production/prometheus-adapter.values.yaml");
        using var document = await Tool.YamlAsync(values);
        return document.RootElement.GetProperty(values)[0].GetProperty("rules").GetProperty("custom").EnumerateArray().Single().Clone();
    }

    internal static string Kind(JsonElement resource) => resource.GetProperty("kind").GetString()!;

    internal static string Name(JsonElement resource) => resource.GetProperty("metadata").GetProperty("name").GetString()!;

    private static async Task<string> BuildAsync(string overlay) => (await Tool.RunAsync("kubectl", "kustomize", $"deploy/kubernetes/overlays/{overlay}")).Succeeded;
}
