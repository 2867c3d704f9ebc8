using Microsoft.Playwright;

namespace Cafeteria.Tests;

/// <summary>
/// The sizes, themes and languages in which a face is looked at: each of them once, or every size in every theme with
/// <c>PICTURES=all</c> (build/screenshots.sh).
/// </summary>
public static class Looks
{
    public static TheoryData<Screen, ColorScheme, string> OfTheKitchen => In(Screen.Wall);

    public static TheoryData<Screen, ColorScheme, string> OfTheDesk => In(Screen.Desktop);

    private static TheoryData<Screen, ColorScheme, string> In(Screen large)
    {
        var looks = new TheoryData<Screen, ColorScheme, string> { { large, ColorScheme.Light, "en-GB" }, { Screen.Phone, ColorScheme.Dark, "bn-BD" } };
        if (Environment.GetEnvironmentVariable("PICTURES") == "all")
        {
            looks.Add(large, ColorScheme.Dark, "bn-BD");
            looks.Add(Screen.Phone, ColorScheme.Light, "en-GB");
        }

        return looks;
    }
}
