using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cafeteria;

/// <summary>Enums are written as api.md spells them (<c>in_kitchen</c>), in stored payloads as on the wire; numbers are refused.</summary>
public sealed class SnakeCaseEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where TEnum : struct, Enum;
