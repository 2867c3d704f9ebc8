using System.Text.Json.Serialization;

namespace Cafeteria.Orders;

/// <summary>
/// Where an order stands: <c>pending → stock_verified → in_kitchen → ready → completed</c>, or one of the ends. Numbers
/// are stored by nobody; names are stored and sent, so a name never changes.
/// </summary>
[GenerateSerializer, Alias("cafeteria.order-status"), JsonConverter(typeof(SnakeCaseEnumConverter<OrderStatus>))]
public enum OrderStatus
{
    /// <summary>Accepted, stock not yet secured: a part was unreachable and is tried again.</summary>
    Pending,
    StockVerified,
    AwaitingPayment,
    InKitchen,
    Ready,
    OutForDelivery,
    Completed,
    Rejected,
    Cancelled,
    Failed,

    /// <summary>
    /// No order: a row that says "an attempt to place this was given up", so that a late write of that attempt conflicts.
    /// Never shown to anyone; a retry of the student overwrites it.
    /// </summary>
    Abandoned,
}

public static class OrderStatuses
{
    /// <summary>Whether nothing will ever happen to the order again.</summary>
    public static bool IsFinal(this OrderStatus status) => status
        is OrderStatus.Completed or OrderStatus.Rejected or OrderStatus.Cancelled or OrderStatus.Failed or OrderStatus.Abandoned;
}

[GenerateSerializer, Alias("cafeteria.fulfilment"), JsonConverter(typeof(SnakeCaseEnumConverter<Fulfilment>))]
public enum Fulfilment
{
    Pickup,
    DineIn,
    Delivery,
}

[GenerateSerializer, Alias("cafeteria.payment-method"), JsonConverter(typeof(SnakeCaseEnumConverter<PaymentMethod>))]
public enum PaymentMethod
{
    Cash,
    Wallet,
    Online,
}

[GenerateSerializer, Alias("cafeteria.payment-status"), JsonConverter(typeof(SnakeCaseEnumConverter<PaymentStatus>))]
public enum PaymentStatus
{
    Unpaid,
    Paid,
    Refunded,
}
