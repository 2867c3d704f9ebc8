using System.Reflection;

namespace Cafeteria.Tests;

/// <summary>The rules leave alone what keeps them.</summary>
public sealed class ContractRulesTests
{
    [Fact]
    public void Contracts_that_keep_the_rules_are_left_alone() =>
        Assert.DoesNotContain(
            ContractRules.Violations(Assembly.GetExecutingAssembly()),
            violation => !violation.Contains("Cafeteria.Tests.Broken", StringComparison.Ordinal));
}
