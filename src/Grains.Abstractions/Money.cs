namespace Cafeteria;

/// <summary>An amount in the currency's minor unit (45000 BDT = ৳450.00); never floating point.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.money")]
public readonly record struct Money([property: Id(0)] long Amount, [property: Id(1)] string Currency)
{
    public static Money operator *(Money price, int quantity) => price with { Amount = checked(price.Amount * quantity) };

    public static Money Multiply(Money price, int quantity) => price * quantity;
}
