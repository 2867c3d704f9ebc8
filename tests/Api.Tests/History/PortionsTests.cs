namespace Cafeteria.Tests.History;

/// <summary>The checker itself: what it must believe, and what it must not.</summary>
public sealed class PortionsTests
{
    [Fact]
    public void What_overlaps_may_have_happened_in_any_sequence() => Assert.True(Portions.AreLinearizable(
        [
            new(Ask.Take, 3, null, 0, 10),
            new(Ask.Take, 3, 2, 1, 9), // refused: there were 2 after the first
            new(Ask.Read, 0, 5, 2, 3), // before the first
            new(Ask.Read, 0, 2, 4, 5),
        ], onHand: 5));

    [Fact]
    public void What_is_given_back_may_come_later_than_it_was_answered() => Assert.True(Portions.AreLinearizable(
        [new(Ask.Take, 2, null, 0, 1), new(Ask.GiveBack, 2, null, 2, 100), new(Ask.Read, 0, 0, 4, 5), new(Ask.Read, 0, 2, 6, 7)], onHand: 2));

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_history_is_rejected(string why, object history) =>
        Assert.False(Portions.AreLinearizable((Operation[])history, onHand: 3), why);

    public static TheoryData<string, object> Broken => new()
    {
        { "the last portion twice", new Operation[] { new(Ask.Take, 3, null, 0, 10), new(Ask.Take, 1, null, 1, 9) } },
        { "a read that is behind", new Operation[] { new(Ask.Take, 1, null, 0, 1), new(Ask.Read, 0, 3, 2, 3) } },
        { "a read that goes back", new Operation[] { new(Ask.Take, 1, null, 0, 9), new(Ask.Read, 0, 2, 1, 2), new(Ask.Read, 0, 3, 3, 4) } },
        { "a refusal while there were enough", new Operation[] { new(Ask.Take, 2, 1, 0, 1) } },
        { "a refusal with a wrong number", new Operation[] { new(Ask.Take, 5, 2, 0, 1) } },
        { "given back before it was asked for", new Operation[] { new(Ask.Read, 0, 4, 0, 1), new(Ask.GiveBack, 1, null, 2, 100) } },
        { "given back never", new Operation[] { new(Ask.GiveBack, 1, null, 0, 1), new(Ask.Read, 0, 3, 2, 3) } },
        { "received twice", new Operation[] { new(Ask.Receive, 2, 5, 0, 1), new(Ask.Read, 0, 7, 2, 3) } },
    };

    [Fact]
    public void A_right_history_is_believed_and_one_wrong_number_in_it_is_not()
    {
        var random = new Random(20_251_117);
        for (var round = 0; round < 300; round++)
        {
            // One after the other each is decided at a moment of its own, and answered somewhat later than that.
            var (onHand, history) = (10, new List<Operation>());
            for (var i = 0; i < 20; i++)
            {
                var (ask, quantity) = (random.GetItems([Ask.Take, Ask.Take, Ask.Read, Ask.Receive], 1)[0], random.Next(1, 5));
                int? answer = ask switch
                {
                    Ask.Take => onHand < quantity ? onHand : null,
                    Ask.Receive => onHand + quantity,
                    _ => onHand,
                };
                var moment = i * 10L;
                history.Add(new Operation(ask, quantity, answer, moment - random.Next(25), moment + random.Next(25)));
                onHand = history[^1].After(onHand)!.Value;
            }

            history.Add(new Operation(Ask.Read, 0, onHand, 1_000, 1_001));
            Assert.True(Portions.AreLinearizable(history, 10));
            history[^1] = history[^1] with { Answer = onHand + 1 };
            Assert.False(Portions.AreLinearizable(history, 10));
        }
    }
}
