namespace Cafeteria.Http;

/// <summary>Every <c>code</c> an error can have: what clients decide by, so a code never changes its meaning.</summary>
internal static class ProblemCodes
{
    public const string InvalidRequest = "invalid_request";
    public const string Unauthorized = "unauthorized";
    public const string InvalidCredentials = "invalid_credentials";
    public const string TooManyAttempts = "too_many_attempts";
    public const string Forbidden = "forbidden";
    public const string TenantMismatch = "tenant_mismatch";
    public const string UnknownTenant = "unknown_tenant";
    public const string NotFound = "not_found";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string AccountExists = "account_exists";
    public const string WrongPassword = "wrong_password";
    public const string LastAdmin = "last_admin";
    public const string ItemExists = "item_exists";
    public const string ChangedMeanwhile = "changed_meanwhile";
    public const string TooLate = "too_late";
    public const string NotReady = "not_ready";
    public const string InvalidStep = "invalid_step";
    public const string BelowZero = "below_zero";
    public const string BeingOrdered = "being_ordered";
    public const string BodyTooLarge = "body_too_large";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string NotAvailable = "not_available";
    public const string TurnedOff = "turned_off";
    public const string KeyReused = "idempotency_key_reused";
    public const string OutOfStock = "out_of_stock";
    public const string UnknownItem = "unknown_item";
    public const string TooManyOpenOrders = "too_many_open_orders";
    public const string TooManyRequests = "too_many_requests";
    public const string InternalError = "internal_error";
    public const string Unavailable = "unavailable";
    public const string Overloaded = "overloaded";

    /// <summary>All of them, for the contract's own list.</summary>
    public static IEnumerable<string> All
        => typeof(ProblemCodes).GetFields().Where(constant => constant.IsLiteral).Select(constant => (string)constant.GetRawConstantValue()!);

    /// <summary>The code of an error that says no more than its status does.</summary>
    public static string Of(int status) => status switch
    {
        401 => Unauthorized,
        403 => Forbidden,
        404 => NotFound,
        405 => MethodNotAllowed,
        412 => ChangedMeanwhile,
        413 => BodyTooLarge,
        415 => UnsupportedMediaType,
        429 => TooManyRequests,
        421 or 503 => Unavailable,
        >= 500 => InternalError,
        _ => InvalidRequest,
    };

    public static string Title(string code) => code switch
    {
        InvalidRequest => "The request is not valid",
        Unauthorized => "Sign in first",
        InvalidCredentials => "The name or the password is wrong",
        TooManyAttempts => "Too many sign-in attempts",
        Forbidden => "Your role does not allow this",
        TenantMismatch => "The token belongs to another cafeteria",
        UnknownTenant => "There is no such cafeteria",
        NotFound => "There is no such thing here",
        MethodNotAllowed => "This address does not do that",
        AccountExists => "The name or the e-mail address is taken",
        WrongPassword => "The password is wrong",
        LastAdmin => "Somebody has to remain an admin",
        ItemExists => "A dish of this id exists",
        ChangedMeanwhile => "Somebody else has changed it meanwhile",
        TooLate => "It is too late for that",
        NotReady => "The order is not ready",
        InvalidStep => "The ticket cannot take this step now",
        BelowZero => "There is not that much on hand",
        BeingOrdered => "Some of it is being ordered at this moment",
        BodyTooLarge => "The body is too large",
        UnsupportedMediaType => "The body is of a kind that is not taken here",
        NotAvailable => "Not available yet",
        TurnedOff => "This is turned off here",
        KeyReused => "This key placed another order",
        OutOfStock => "Not enough is left",
        UnknownItem => "Not on the menu",
        TooManyOpenOrders => "Too many open orders",
        TooManyRequests => "Too many requests",
        Unavailable => "Not available for a moment",
        Overloaded => "Too many orders at once",
        _ => "Something went wrong",
    };
}
