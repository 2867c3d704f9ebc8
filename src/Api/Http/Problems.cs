using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cafeteria.Http;

/// <summary>Makes every error answer: one shape, whoever refuses.</summary>
internal static class Problems
{
    public static ProblemHttpResult Of(int status, string code, string? detail = null, Dictionary<string, object?>? extensions = null)
    {
        var problem = new ProblemDetails { Status = status, Detail = detail, Title = ProblemCodes.Title(code), Type = TypeOf(code) };
        problem.Extensions["code"] = code;
        if (extensions is not null)
            foreach (var (name, value) in extensions)
                problem.Extensions[name] = value;
        return TypedResults.Problem(problem);
    }

    public static ProblemHttpResult Invalid(string detail) => Of(StatusCodes.Status400BadRequest, ProblemCodes.InvalidRequest, detail);

    public static ProblemHttpResult Invalid(FieldErrors errors)
    {
        var problem = new HttpValidationProblemDetails(errors.ToDictionary())
        {
            Status = StatusCodes.Status400BadRequest,
            Title = ProblemCodes.Title(ProblemCodes.InvalidRequest),
            Detail = errors.Summary,
            Type = TypeOf(ProblemCodes.InvalidRequest),
        };
        problem.Extensions["code"] = ProblemCodes.InvalidRequest;
        return TypedResults.Problem(problem);
    }

    public static ProblemHttpResult NotFound(string detail = "There is nothing at this address, or it is not yours to see.")
        => Of(StatusCodes.Status404NotFound, ProblemCodes.NotFound, detail);

    public static ProblemHttpResult Unavailable(string detail = "The cafeteria cannot answer this right now. Try again in a moment.")
        => Of(StatusCodes.Status503ServiceUnavailable, ProblemCodes.Unavailable, detail);

    public static string TypeOf(string code) => $"/docs#{code}";

    public static string TraceIdOf(HttpContext context)
        => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.TraceId.ToHexString() : context.TraceIdentifier;
}

/// <summary>What is wrong with a request, by field, as the client spells the field.</summary>
internal sealed class FieldErrors
{
    private Dictionary<string, List<string>>? _errors;

    public bool Any => _errors is not null;

    public string Summary => _errors is null ? "" : string.Join(' ', _errors.Select(error => $"{error.Key}: {error.Value[0]}").Take(5));

    public void Add(string field, string message)
    {
        _errors ??= new(StringComparer.Ordinal);
        if (!_errors.TryGetValue(field, out var messages))
            _errors[field] = messages = [];
        messages.Add(message);
    }

    /// <summary>Adds the message unless the condition holds, and says whether it holds.</summary>
    public bool Check(bool holds, string field, string message)
    {
        if (!holds)
            Add(field, message);
        return holds;
    }

    public Dictionary<string, string[]> ToDictionary()
        => _errors?.ToDictionary(error => error.Key, error => error.Value.ToArray()) ?? [];
}
