using System.Security.Cryptography;
using System.Text;

namespace Cafeteria.Menu;

/// <summary>Ids of dishes: lower-case letters, digits and dashes, as they stand in addresses.</summary>
internal static class Slug
{
    public const int MaxLength = 60;

    public static bool IsValid(string id)
        => id.Length is >= 1 and <= MaxLength && id[0] != '-' && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-');

    /// <summary>Chicken Biriyani → chicken-biriyani. A name without one Latin letter gets an id of its own.</summary>
    public static string From(string name)
    {
        var slug = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(char.ToLowerInvariant(c));
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
            if (slug.Length == MaxLength)
                break;
        }

        var id = slug.ToString().TrimEnd('-');
        return id.Length > 0 ? id : $"dish-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
    }
}
