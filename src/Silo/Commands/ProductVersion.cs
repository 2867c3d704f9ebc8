using System.Reflection;

namespace Cafeteria.Silo.Commands;

/// <summary>What <c>--version</c> says and a backup records: the release's version, with the commit behind it where the build knew it.</summary>
internal static class ProductVersion
{
    public static readonly string Text =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
