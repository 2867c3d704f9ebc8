using Cafeteria.Orders;

namespace Cafeteria.Tests.Orders;

public sealed class FingerprintTests
{
    private static readonly PlaceOrder Command = new(
        "student1", "Student One", [new("soup", 1, null), new("ramen", 2, "no egg")], Fulfilment.Pickup, PaymentMethod.Cash);

    [Fact]
    public void The_same_lines_in_another_sequence_are_the_same_order() =>
        Assert.Equal(Fingerprint.Of(Command), Fingerprint.Of(Command with { Lines = [.. Command.Lines.Reverse()] }));

    [Fact]
    public void A_note_left_out_and_an_empty_note_are_the_same_order() =>
        Assert.Equal(Fingerprint.Of(Command), Fingerprint.Of(Command with { Lines = [new("soup", 1, ""), Command.Lines[1]] }));

    [Fact]
    public void What_the_student_is_called_does_not_make_another_order() =>
        Assert.Equal(Fingerprint.Of(Command), Fingerprint.Of(Command with { StudentName = "S. One" }));

    [Fact]
    public void Everything_else_that_is_asked_for_makes_another_order()
    {
        PlaceOrder[] others =
        [
            Command,
            Command with { Fulfilment = Fulfilment.DineIn },
            Command with { Payment = PaymentMethod.Online },
            Command with { Lines = [Command.Lines[0]] },
            Command with { Lines = [new("soup", 2, null), Command.Lines[1]] },
            Command with { Lines = [new("soup", 1, "hot"), Command.Lines[1]] },
            Command with { Lines = [new("salad", 1, null), Command.Lines[1]] },
        ];

        Assert.Equal(others.Length, others.Select(Fingerprint.Of).Distinct().Count());
    }

    [Fact]
    public void A_note_cannot_be_shaped_to_look_like_another_line()
    {
        var two = Command with { Lines = [new("a", 1, "x"), new("b", 1, "y")] };
        var one = Command with { Lines = [new("a", 1, "x\",\"b\",1,\"y")] };

        Assert.NotEqual(Fingerprint.Of(two), Fingerprint.Of(one));
    }
}
