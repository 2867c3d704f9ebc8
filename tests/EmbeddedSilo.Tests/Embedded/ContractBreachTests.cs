using System.Reflection;

namespace Cafeteria.Tests;

/// <summary>The rules find what they are there to find.</summary>
public sealed class ContractBreachTests
{
    private static readonly IReadOnlyList<string> Found = ContractRules.Violations(Assembly.GetExecutingAssembly());

    [Theory]
    [InlineData("INoAlias has no [Alias]")]
    [InlineData("TwoTokensAsync: one CancellationToken at most, and last")]
    [InlineData("TokenFirstAsync: one CancellationToken at most, and last")]
    [InlineData("EnumerateAsync returns")]
    [InlineData("ListAsync: System.Collections.Generic.List`1[System.Int32] is not immutable")]
    [InlineData("BytesAsync(bytes): System.Byte[] is not immutable")]
    [InlineData("Bare has no [GenerateSerializer]")]
    [InlineData("Bare has no [Alias]")]
    [InlineData("Holes has the ids 0, 2: from 0, without holes, each once")]
    [InlineData("Unnumbered.Second has no [Id]")]
    [InlineData("Settable.Value can be set")]
    [InlineData("Unsealed is not sealed")]
    [InlineData("OpenUnion is abstract, and its cases are not closed by a private constructor")]
    [InlineData("the alias \"broken.same\" stands on")]
    public void A_breach_is_found(string expected) =>
        Assert.Contains(Found, violation => violation.Contains(expected, StringComparison.Ordinal));
}
