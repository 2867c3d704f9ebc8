namespace Cafeteria.Tests.Schedules;

/// <summary>Where one thing or another may happen, says which.</summary>
internal abstract class Choices
{
    /// <summary>One of this many, by their weights.</summary>
    public abstract int Pick(List<Step> possible);

    /// <summary>Whether something happens that seldom does.</summary>
    public abstract bool OneIn(int times);
}

/// <summary>By a seeded random number: the same seed, the same schedule.</summary>
internal sealed class RandomChoices(int seed) : Choices
{
    private readonly Random _random = new(seed);

    public override int Pick(List<Step> possible)
    {
        var total = 0;
        foreach (var step in possible)
            total += step.Weight;
        var at = _random.Next(total);
        for (var index = 0; ; index++)
            if ((at -= possible[index].Weight) < 0)
                return index;
    }

    public override bool OneIn(int times) => _random.Next(times) == 0;
}

/// <summary>First come, first served but where it is said otherwise. Nothing fails of itself.</summary>
/// <param name="said">What is chosen at each of the first places; afterwards it is always the first.</param>
internal sealed class ChosenChoices(params int[] said) : Choices
{
    private readonly List<(int Chosen, int Of)> _path = [];

    public override int Pick(List<Step> possible)
    {
        var chosen = _path.Count < said.Length ? said[_path.Count] : 0;
        _path.Add((chosen, possible.Count));
        return chosen;
    }

    public override bool OneIn(int times) => false;

    /// <summary>Once it is played: every schedule that is this one up to a later place, and there takes another step.</summary>
    public IEnumerable<int[]> OneMore()
    {
        for (var place = said.Length; place < _path.Count; place++)
            for (var other = 1; other < _path[place].Of; other++)
                yield return [.. _path.Take(place).Select(choice => choice.Chosen), other];
    }

    /// <summary>How many <see cref="OneMore"/> has.</summary>
    public int MoreCount => _path.Skip(said.Length).Sum(choice => choice.Of - 1);

    public override string ToString() => string.Join(' ', said);
}
