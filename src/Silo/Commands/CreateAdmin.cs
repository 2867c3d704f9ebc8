using System.Text;
using Cafeteria.Accounts;
using Cafeteria.Persistence;
using Cafeteria.Tenants;
using Microsoft.AspNetCore.Identity;

namespace Cafeteria.Silo.Commands;

/// <summary><c>create-admin</c>: the first who may do everything.</summary>
internal static class CreateAdmin
{
    private const int ShortestPassword = 12;
    private const int LongestPassword = 128;

    public static readonly Verb Verb = new(
        "create-admin", "LOGIN [--name NAME] [--tenant TENANT] [--role ROLE] [--password-stdin] [--data DIR]", "make an account that may administer",
        $"""
        Makes an account, while processes serve or not. The password ({ShortestPassword} to {LongestPassword} characters) is asked for
        at the terminal, or read as the first line of standard input; it is never an argument, which
        everybody on the machine could read. Refused when the name is taken.

          --name NAME        the person's name (the login)
          --tenant TENANT    whose cafeteria (the setting Tenants:Default)
          --role ROLE        admin; or manager, kitchen, waiter, super_admin
          --password-stdin   read the password from standard input
          --data DIR         where the private PostgreSQL keeps its files
        """,
        ["--name", "--tenant", "--role", "--data"], ["--password-stdin"], 1, RunAsync);

    private static async Task<int> RunAsync(VerbContext context)
    {
        var login = context.Operands[0];
        if (login.Length is < 3 or > 40 || !login.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new UsageException("A login has 3 to 40 letters, digits, '-' or '_'.");
        var name = context.Option("--name")?.Trim() ?? login;
        if (name.Length is 0 or > 100 || name.Any(char.IsControl))
            throw new UsageException("A name has 1 to 100 characters.");
        var role = (context.Option("--role") ?? "admin") switch
        {
            "admin" => Role.Admin,
            "super_admin" => Role.SuperAdmin,
            "manager" => Role.Manager,
            "kitchen" => Role.Kitchen,
            "waiter" => Role.Waiter,
            var other => throw new UsageException($"'{other}' is no role of someone who works here: admin, manager, kitchen, waiter or super_admin."),
        };
        var tenants = context.Configuration.GetSection(TenantOptions.Section).Get<TenantOptions>() ?? new TenantOptions();
        var tenant = tenants.Find(context.Option("--tenant")) ?? throw new UsageException($"There is no tenant '{context.Option("--tenant")}': {string.Join(", ", tenants.Known.Keys)}.");

        var password = ReadPassword(context.Has("--password-stdin"));
        if (password.Length is < ShortestPassword or > LongestPassword)
            throw new RefusedException($"A password has {ShortestPassword} to {LongestPassword} characters; no account was made.");

        await using var database = await context.OpenCurrentDatabaseAsync();
        var state = new AccountState
        {
            Profile = new AccountProfile(tenant, login.ToLowerInvariant(), login, Email: null, name, role),
            PasswordHash = new PasswordHasher<AccountState>().HashPassword(new AccountState(), password),
        };
        context.Builder.Services.AddCafeteriaGrains(context.Configuration);
        await using var services = context.Builder.Services.BuildServiceProvider();
        if (!await GrainRows.AddAsync(database, AccountState.GrainType, GrainKey.For(tenant, login.ToLowerInvariant()), AccountState.Name, state, services))
            throw new RefusedException($"{login} is taken in {tenant}; nothing was changed.");
        Console.WriteLine($"{login} may sign in at {tenant} as {(context.Option("--role") ?? "admin")}.");
        return Verb.Ok;
    }

    private static string ReadPassword(bool fromInput)
    {
        if (fromInput)
            return Console.In.ReadLine() ?? "";
        if (Console.IsInputRedirected)
            throw new RefusedException("Nobody can be asked here: give the password with --password-stdin.");
        var first = Ask("Password: ");
        return first == Ask("Again: ") ? first : throw new RefusedException("The two are not the same; no account was made.");
    }

    /// <summary>Nothing of it is shown.</summary>
    private static string Ask(string question)
    {
        // From the first look for a key on, the terminal shows nothing by itself; what is typed between the question and that
        // look it would show.
        _ = Console.KeyAvailable;
        Console.Write(question);
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } pressed)
        {
            if (pressed.Key is ConsoleKey.Backspace)
                text.Length = Math.Max(0, text.Length - 1);
            else if (!char.IsControl(pressed.KeyChar))
                text.Append(pressed.KeyChar);
        }

        Console.WriteLine();
        return text.ToString();
    }
}
