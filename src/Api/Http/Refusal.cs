namespace Cafeteria.Http;

/// <summary>Ends a request with this error, from where no result can be returned (binding, filters).</summary>
internal sealed class RefusalException(int status, string code, string detail) : Exception(detail)
{
    public int Status => status;

    public string Code => code;

    public static RefusalException Invalid(string detail) => new(StatusCodes.Status400BadRequest, ProblemCodes.InvalidRequest, detail);

    public static RefusalException TooLarge(int maxBytes = RequestChecks.MaxBodyBytes)
        => new(StatusCodes.Status413PayloadTooLarge, ProblemCodes.BodyTooLarge, $"A body may have {maxBytes / 1024} KB at most here.");

    public static RefusalException WrongMediaType()
        => new(StatusCodes.Status415UnsupportedMediaType, ProblemCodes.UnsupportedMediaType, "Send the body as application/json, in UTF-8.");

    public static RefusalException Unavailable(string detail) => new(StatusCodes.Status503ServiceUnavailable, ProblemCodes.Unavailable, detail);
}
