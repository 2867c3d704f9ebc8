using System.Reflection;
using Cafeteria.EmbeddedSilo.Runtime;

namespace Cafeteria.Tests;

/// <summary>
/// The embedded silo shows nothing that Orleans lacks. What Orleans keeps in its abstractions is compared with the released
/// assembly; what it keeps elsewhere, with a list of signatures taken from Orleans' own assemblies of the same version.
/// </summary>
public sealed class SignatureTests
{
    private static readonly SortedDictionary<string, SortedSet<string>> Ours = PublicSurface.Read(typeof(SiloRuntime).Assembly.Location);

    private static readonly SortedDictionary<string, SortedSet<string>> Released = PublicSurface.Read(
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ReleasedAbstractions").Value!);

    [Fact]
    public void What_lives_in_the_released_abstractions_has_the_same_signature_there()
    {
        var compared = Ours.Where(type => Released.ContainsKey(type.Key)).ToList();
        var missing = compared.SelectMany(type => type.Value.Except(Released[type.Key]).Select(line => $"{type.Key}: {line}"));

        Assert.True(compared.Count > 35, $"only {compared.Count} types were compared");
        Assert.Empty(missing);
    }

    [Fact]
    public void What_lives_elsewhere_is_on_the_list_of_Orleans_signatures()
    {
        var listed = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "OtherSignatures.txt"));
        var elsewhere = Ours.Where(type => !Released.ContainsKey(type.Key)).SelectMany(type => type.Value.Select(line => $"{type.Key}: {line}"));

        Assert.Empty(elsewhere.Except(listed));
    }
}
