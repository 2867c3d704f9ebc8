using System.Text.Json.Serialization;
using Cafeteria.Accounts;
using Cafeteria.Kitchen;
using Cafeteria.Menu;
using Cafeteria.Orders;

namespace Cafeteria;

/// <summary>How states are stored: source-generated, so that a write costs no reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OrderState))]
[JsonSerializable(typeof(AccountState))]
[JsonSerializable(typeof(MenuState))]
[JsonSerializable(typeof(StationState))]
internal sealed partial class GrainsJsonContext : JsonSerializerContext;
