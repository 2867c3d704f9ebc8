using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cafeteria.Orders;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cafeteria.Tests;

/// <summary>What grains say to each other: immutable, with stable names and numbers, and the same after a wire as before it.</summary>
public sealed class ContractTests
{
    private static readonly string[] Names = ["Cafeteria.Grains.Abstractions", "Cafeteria.Grains"];

    public static TheoryData<string> Assemblies => [.. Names];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Messages_and_states_keep_the_rules_that_no_compiler_checks(string assembly) =>
        Assert.Empty(ContractRules.Violations(Assembly.Load(assembly)));

    [Fact]
    public void No_two_types_have_the_same_alias()
    {
        var aliases = Serialized().Concat(Names.SelectMany(name => Assembly.Load(name).GetTypes().Where(type => type.IsInterface)))
            .SelectMany(type => type.GetCustomAttributes<AliasAttribute>(inherit: false).Select(alias => alias.Alias));

        Assert.Empty(aliases.GroupBy(alias => alias).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Fact]
    public void A_state_without_a_row_has_no_null_collections()
    {
        foreach (var state in Serialized().Where(type => type.Name.EndsWith("State", StringComparison.Ordinal)))
        {
            var empty = Activator.CreateInstance(state)!;
            foreach (var property in state.GetProperties().Where(property => property.PropertyType.Namespace is "System.Collections.Immutable"))
                Assert.True(property.GetValue(empty) is { } value && !IsDefaultArray(value), $"{state}.{property.Name} of a new state");
        }

        static bool IsDefaultArray(object value) =>
            value.GetType().GetProperty("IsDefault") is { } isDefault && isDefault.GetValue(value) is true;
    }

    [Fact]
    public async Task Every_message_and_state_is_the_same_after_the_wire()
    {
        await using var wire = await Wire.StartAsync();
        foreach (var type in Serialized().Where(type => !type.IsAbstract && !type.IsEnum && !type.IsAssignableTo(typeof(Exception))))
        {
            var message = Samples.Of(type);
            var after = await wire.RoundTripAsync(message);

            Assert.Equal(Samples.Describe(message), Samples.Describe(after));
        }
    }

    [Fact]
    public void Every_state_is_the_same_after_it_was_stored_but_for_rows_that_are_stored_elsewhere()
    {
        var context = new ServiceCollection().AddCafeteriaGrains(new ConfigurationBuilder().Build())
            .BuildServiceProvider().GetRequiredService<JsonSerializerContext>();
        var states = Serialized().Where(type => type.Name.EndsWith("State", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["AccountState", "MenuState", "OrderState", "StationState"], states.Select(state => state.Name).Order());
        foreach (var type in states)
        {
            var state = Samples.Of(type);
            var after = JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(state, type, context), type, context);

            Assert.Equal(
                Samples.Describe(state is OrderState order ? order with { Appending = [] } : state), Samples.Describe(after));
        }
    }

    [Fact]
    public void A_menu_that_was_stored_before_there_were_marks_has_none()
    {
        var context = new ServiceCollection().AddCafeteriaGrains(new ConfigurationBuilder().Build())
            .BuildServiceProvider().GetRequiredService<JsonSerializerContext>();
        var type = Serialized().Single(type => type.Name == "MenuState");

        var state = JsonSerializer.Deserialize("{}", type, context)!;

        Assert.False(IsDefaultArray(type.GetProperty("SoldOut")!.GetValue(state)!));

        static bool IsDefaultArray(object value) => value.GetType().GetProperty("IsDefault")!.GetValue(value) is true;
    }

    [Fact]
    public void The_samples_would_show_a_member_that_was_lost() =>
        Assert.Contains("Attempt", Samples.Describe(Samples.Of(typeof(OrderState))), StringComparison.Ordinal);

    private static IEnumerable<Type> Serialized() => Names.SelectMany(name => Assembly.Load(name).GetTypes())
        .Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false));
}
