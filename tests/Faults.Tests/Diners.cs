using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Cafeteria.Tests;

/// <summary>
/// Students who order again and again, at whichever address answers, each with its key until there is an answer that stands;
/// some of their orders are followed to the end, over connections that break.
/// </summary>
internal sealed class Diners(IReadOnlyList<CafeteriaClient> clients, Session[] students, string[] dishes, int seed)
{
    private readonly ConcurrentDictionary<string, Placed> _placed = [];
    private readonly ConcurrentDictionary<string, OrderEvent> _lastWords = [];
    private readonly ConcurrentDictionary<string, Task> _following = [];
    private readonly ConcurrentBag<string> _wrong = [];
    private CancellationTokenSource _closing = new();
    private CancellationTokenSource _connections = new();
    private Task _ordering = Task.CompletedTask;
    private int _evening;

    public sealed record Placed(Session Student, string Key, Line[] Lines, Order Answer);

    public IReadOnlyCollection<Placed> Acknowledged => [.. _placed.Values];

    public IReadOnlyDictionary<string, OrderEvent> LastWords => _lastWords;

    /// <summary>Answers that must not be, whatever happens to the process or its database.</summary>
    public IReadOnlyCollection<string> Wrong => _wrong;

    public void Start()
    {
        _closing = new CancellationTokenSource();
        _evening++;
        _ordering = Task.WhenAll(students.Select((student, number) => Task.Run(() => OrderAsync(student, new Random(seed + (1_000 * _evening) + number)))));
    }

    /// <summary>Every follower's connection breaks; they come back with the last thing they heard.</summary>
    public void CutTrackers() => Interlocked.Exchange(ref _connections, new CancellationTokenSource()).Cancel();

    /// <summary>Nobody begins another order; whoever waits for an answer gets it first.</summary>
    public async Task CloseAsync(TimeSpan limit)
    {
        await _closing.CancelAsync();
        await _ordering.WaitAsync(limit);
    }

    /// <summary>Orders whose followers have not heard their end.</summary>
    public IReadOnlyCollection<string> StillFollowing => [.. _following.Where(one => !one.Value.IsCompletedSuccessfully).Select(one => one.Key)];

    /// <summary>Until every followed order has ended for its follower, too, or for so long.</summary>
    public Task FollowedToTheEndAsync(TimeSpan limit) =>
        Task.WhenAny(Task.WhenAll(_following.Values), Task.Delay(limit));

    public Task<Order> AskAgainAsync(Placed placed) => PlaceUntilAnsweredAsync(placed.Student, placed.Key, placed.Lines, new Random(seed));

    private async Task OrderAsync(Session student, Random random)
    {
        for (var number = 0; !_closing.IsCancellationRequested; number++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{student.Login}-{_evening}-{number}");
            Line[] lines = [.. random.GetItems(dishes, 2).Distinct().Select(dish => new Line(dish, random.Next(1, 4)))];
            var placed = new Placed(student, key, lines, await PlaceUntilAnsweredAsync(student, key, lines, random));
            _placed[key] = placed;
            if (random.Next(8) == 0)
                _following[placed.Answer.Id] = FollowAsync(student, placed.Answer.Id);
            if (random.Next(4) == 0)
            {
                var old = _placed[string.Create(CultureInfo.InvariantCulture, $"{student.Login}-{_evening}-{random.Next(number + 1)}")];
                var again = await PlaceUntilAnsweredAsync(student, old.Key, old.Lines, random);
                if (again.Id != old.Answer.Id)
                    _wrong.Add($"Key {old.Key} was order {old.Answer.Id} first and {again.Id} later.");
            }

            await Task.Delay(random.Next(50, 200));
        }
    }

    private async Task<Order> PlaceUntilAnsweredAsync(Session student, string key, Line[] lines, Random random)
    {
        for (var tries = random.Next(2); ; tries++)
        {
            try
            {
                // A process that is frozen answers nobody; a person gives up after some seconds, too.
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(6));
                var answer = await clients[tries % clients.Count].PlaceAsync(student, key, lines, patience.Token);
                if (answer.Succeeded)
                    return answer.Value;
                if (answer.Status is not HttpStatusCode.ServiceUnavailable)
                    _wrong.Add($"Key {key}: {(int)answer.Status} {answer.Body}");
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                // It died under it, sleeps, or is not there yet.
            }

            await Task.Delay(100);
        }
    }

    private async Task FollowAsync(Session student, string orderId)
    {
        string? last = null;
        for (var tries = 0; !IsFinal(orderId); tries++)
        {
            try
            {
                using var connection = CancellationTokenSource.CreateLinkedTokenSource(_connections.Token);
                connection.CancelAfter(TimeSpan.FromSeconds(10));
                await foreach (var item in clients[tries % clients.Count].EventsAsync(student, orderId, last, connection.Token))
                {
                    if (item.Type is "ping")
                        continue;
                    var heard = item.Order;
                    if (_lastWords.TryGetValue(orderId, out var before) && heard.Version < before.Version)
                        _wrong.Add($"The tracker of {orderId} went back from version {before.Version} to {heard.Version}.");
                    (last, _lastWords[orderId]) = (item.Id, heard);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
            {
                // It comes back.
            }

            await Task.Delay(200);
        }
    }

    private bool IsFinal(string orderId) =>
        _lastWords.TryGetValue(orderId, out var heard) && heard.Status is "completed" or "rejected" or "cancelled" or "failed";
}
