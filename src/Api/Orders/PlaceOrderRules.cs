using System.Collections.Immutable;
using Cafeteria.Http;
using Cafeteria.Menu;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cafeteria.Orders;

/// <summary>What makes a request an order that may be tried at all; nothing here asks a grain.</summary>
internal static class PlaceOrderRules
{
    private const int MaxLines = 50;
    private const int MaxQuantity = 100;
    private const int MaxNote = 200;

    public static bool TryRead(PlaceOrderRequest request, FieldErrors errors, out ImmutableArray<RequestedLine> lines)
    {
        lines = [];
        if (!errors.Check(request.Lines is { Count: >= 1 and <= MaxLines }, "lines", $"1 to {MaxLines} lines."))
            return false;

        var read = ImmutableArray.CreateBuilder<RequestedLine>(request.Lines!.Count);
        for (var i = 0; i < request.Lines.Count; i++)
        {
            if (request.Lines[i] is not { } line)
            {
                errors.Add($"lines[{i}]", "A line, not null.");
                continue;
            }

            var note = string.IsNullOrWhiteSpace(line.Note) ? null : line.Note.Trim();
            var good = errors.Check(line.ItemId is { Length: >= 1 and <= Slug.MaxLength }, $"lines[{i}].itemId", "The id of a dish.")
                & errors.Check(line.Quantity is >= 1 and <= MaxQuantity, $"lines[{i}].quantity", $"1 to {MaxQuantity}.")
                & errors.Check(note is null or { Length: <= MaxNote }, $"lines[{i}].note", $"{MaxNote} characters at most.");
            if (!good)
                continue;
            foreach (var other in read)
                if (other.ItemId == line.ItemId)
                    errors.Add($"lines[{i}].itemId", "This dish has a line already; raise its quantity.");
            read.Add(new RequestedLine(line.ItemId!, line.Quantity!.Value, note));
        }

        lines = read.ToImmutable();
        return !errors.Any;
    }

    /// <summary>What is not offered yet, or null.</summary>
    public static ProblemHttpResult? NotAvailable(PlaceOrderRequest request)
        => request.Fulfilment is Fulfilment.Delivery
            ? Problems.Of(422, ProblemCodes.NotAvailable, "Delivery comes later. Choose pickup or dine_in.")
            : request.Payment is PaymentMethod.Wallet or PaymentMethod.Online
                ? Problems.Of(422, ProblemCodes.NotAvailable, "Only cash is taken for now.")
                : null;

    /// <summary>
    /// What this process's copy of the menu, a recent one, refuses already; or null: ask the order. Only for requests
    /// without a key: one with a key may be the retry of an order that took the last portion itself.
    /// </summary>
    public static PlaceResult? EarlyRefusal(MenuSnapshot menu, ImmutableArray<RequestedLine> lines)
    {
        List<string>? unknown = null;
        List<Shortage>? shortages = null;
        foreach (var line in lines)
        {
            if (!IsOnMenu(menu, line.ItemId))
                (unknown ??= []).Add(line.ItemId);
            else if (menu.StockOf(line.ItemId) is { } stock && stock.OnHand < line.Quantity)
                (shortages ??= []).Add(new Shortage(line.ItemId, line.Quantity, Math.Max(0, stock.OnHand)));
        }

        if (unknown is not null)
            return new PlaceResult.UnknownItem([.. unknown]);
        return shortages is null ? null : new PlaceResult.OutOfStock([.. shortages]);
    }

    private static bool IsOnMenu(MenuSnapshot menu, string itemId)
    {
        foreach (var item in menu.Items)
            if (item.Id == itemId)
                return true;
        return false;
    }
}
