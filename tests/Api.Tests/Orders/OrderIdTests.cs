using System.Security.Cryptography;
using System.Text;
using Cafeteria.Orders;

namespace Cafeteria.Tests.Orders;

public sealed class OrderIdTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void An_id_is_26_characters_that_an_order_could_have()
    {
        Assert.True(OrderIds.IsValid(OrderIds.New()));
        Assert.True(OrderIds.IsValid(OrderIds.Derive(Secret, "iut", "student1", "key")));
    }

    [Fact]
    public void The_same_student_and_key_make_the_same_id()
        => Assert.Equal(OrderIds.Derive(Secret, "iut", "student1", "key"), OrderIds.Derive(Secret, "iut", "student1", "key"));

    [Theory]
    [InlineData("iut", "student1", "other")]
    [InlineData("iut", "student2", "key")]
    [InlineData("spice-route", "student1", "key")]
    [InlineData("iut", "student", "1key")]
    [InlineData("iutstudent1", "", "key")]
    public void Any_other_makes_another(string tenant, string student, string key)
        => Assert.NotEqual(OrderIds.Derive(Secret, "iut", "student1", "key"), OrderIds.Derive(Secret, tenant, student, key));

    [Fact]
    public void It_is_the_first_128_bits_of_the_HMAC_in_RFC_4648_base32()
    {
        var message = new List<byte>();
        foreach (var part in new[] { "iut", "student1", "ключ" })
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            message.AddRange([0, 0, 0, (byte)bytes.Length, .. bytes]);
        }

        var bits = string.Concat(HMACSHA256.HashData(Secret, message.ToArray()).Take(16).Select(b => Convert.ToString(b, 2).PadLeft(8, '0'))).PadRight(130, '0');
        var expected = string.Concat(Enumerable.Range(0, 26).Select(i => "abcdefghijklmnopqrstuvwxyz234567"[Convert.ToInt32(bits.Substring(i * 5, 5), 2)]));
        Assert.Equal(expected, OrderIds.Derive(Secret, "iut", "student1", "ключ"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaa1")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("aaaaaaaaaaaaa/aaaaaaaaaaaa")]
    public void Nothing_else_is_an_id(string text) => Assert.False(OrderIds.IsValid(text));
}
