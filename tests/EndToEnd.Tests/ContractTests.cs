using System.Text.Json.Nodes;

namespace Cafeteria.Tests;

[Collection(EndToEnd.Name)]
public sealed class ContractTests(RunningCafeteria cafeteria)
{
    [Fact]
    public async Task The_web_apps_types_are_made_from_the_contract_that_is_served()
    {
        using var http = new HttpClient { BaseAddress = cafeteria.Address };
        var served = JsonNode.Parse(await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        var committed = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(RunningCafeteria.Repository, "src", "Web", "openapi.json")));
        Assert.True(JsonNode.DeepEquals(served, committed), "src/Web/openapi.json is not the served contract: npm run api in src/Web, against a running server.");
    }
}
