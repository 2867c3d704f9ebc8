using Cafeteria.Accounts;
using Cafeteria.Http;
using Cafeteria.Tenants;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cafeteria.Reports;

internal static class ReportEndpoints
{
    private const int MaxDays = 366;

    // What was in an order stands inside it, and each has to be opened.
    private const int MaxDaysByItem = 93;

    public static IEndpointRouteBuilder MapReports(this IEndpointRouteBuilder api)
    {
        var reports = api.MapGroup("/reports").WithTags("Reports");
        reports.MapGet("/sales", Sales).WithName("getSales").WithSummary("What was sold, by day, dish or hour of the day; with Accept: text/csv as a table")
            .ForRole(Role.Manager).Produces<SalesResponse>().Problems(400, 404);
        reports.MapGet("/sales.csv", SalesTable).WithName("getSalesTable").WithSummary("The same for a spreadsheet").ForRole(Role.Manager)
            .Produces<string>(200, "text/csv").Problems(400, 404);
        return api;
    }

    private static async Task<IResult> Sales(
        RequestTenant tenant, HttpContext http, [AsParameters] SalesFilter filter, [AsParameters] ReportServices services, CancellationToken cancellationToken)
    {
        var (sales, problem) = await ReadAsync(tenant.Id, filter, services, cancellationToken);
        http.Response.Headers.Vary = "Accept";
        return sales is null ? problem! : http.Request.Headers.Accept.ToString().Contains("text/csv", StringComparison.OrdinalIgnoreCase) ? Table(sales) : TypedResults.Ok(sales);
    }

    private static async Task<IResult> SalesTable(
        RequestTenant tenant, [AsParameters] SalesFilter filter, [AsParameters] ReportServices services, CancellationToken cancellationToken)
    {
        var (sales, problem) = await ReadAsync(tenant.Id, filter, services, cancellationToken);
        return sales is null ? problem! : Table(sales);
    }

    private static async Task<(SalesResponse? Sales, ProblemHttpResult? Problem)> ReadAsync(
        string tenant, SalesFilter filter, ReportServices services, CancellationToken cancellationToken)
    {
        var info = services.Tenants.Value.Known.TryGetValue(tenant, out var known) ? known : new TenantInfo();
        var zone = TimeZoneInfo.FindSystemTimeZoneById(info.TimeZone);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(services.Clock.GetUtcNow(), zone).DateTime);
        var (errors, by) = (new FieldErrors(), SalesBy.Day);
        var to = filter.To ?? today;
        var from = filter.From ?? (to.DayNumber > 6 ? to.AddDays(-6) : to);
        errors.Check(filter.By is null || Snake<SalesBy>.TryParse(filter.By, out by), "by", "day, item or hour.");
        errors.Check(from >= new DateOnly(2000, 1, 1) && to <= new DateOnly(9000, 1, 1) && from <= to && to.DayNumber - from.DayNumber < (by is SalesBy.Item ? MaxDaysByItem : MaxDays),
            "from", $"A day not after 'to', and {MaxDays} days at most; by item {MaxDaysByItem}.");
        if (errors.Any)
            return (null, Problems.Invalid(errors));

        var rows = await services.Reports.SalesAsync(tenant, StartOf(from, zone), StartOf(to.AddDays(1), zone), info.TimeZone, by, cancellationToken);
        SalesRowResponse[] shown = [.. rows.Select(row => new SalesRowResponse(row.Key, row.Name, row.Orders, row.Portions, new Money(row.Revenue, info.Currency)))];
        return (new SalesResponse(from, to, by, shown, new Money(rows.Sum(row => row.Revenue), info.Currency)), null);
    }

    private static FileContentHttpResult Table(SalesResponse sales)
    {
        var by = Snake<SalesBy>.Name(sales.By);
        var csv = new Csv().Row(by, "name", "orders", "portions", "revenue", "currency");
        foreach (var row in sales.Rows)
            csv.Row(row.Key, row.Name, row.Orders, row.Portions, row.Revenue.Amount / 100m, row.Revenue.Currency);
        return TypedResults.File(csv.ToBytes(), "text/csv; charset=utf-8", $"sales-by-{by}-{sales.From:yyyy-MM-dd}-{sales.To:yyyy-MM-dd}.csv");
    }

    /// <summary>A day's first moment; where the clock jumps over midnight, the first one after it.</summary>
    private static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var start = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(start))
            start = start.AddMinutes(30);
        return new DateTimeOffset(start, zone.GetUtcOffset(start)).ToUniversalTime();
    }
}

/// <param name="From">The first day, in the cafeteria's own time zone; a week before the last unless given.</param>
/// <param name="To">The last day; today unless given.</param>
/// <param name="By"><c>day</c> (unless given), <c>item</c> or <c>hour</c> of the day.</param>
internal readonly record struct SalesFilter(
    [FromQuery(Name = "from")] DateOnly? From,
    [FromQuery(Name = "to")] DateOnly? To,
    [FromQuery(Name = "by")] string? By);

internal readonly record struct ReportServices(
    ISalesReports Reports,
    IOptions<TenantOptions> Tenants,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider Clock);

/// <summary>Orders that were accepted and not cancelled, by when they were placed.</summary>
internal sealed record SalesResponse(DateOnly From, DateOnly To, SalesBy By, IReadOnlyList<SalesRowResponse> Rows, Money Total);

/// <param name="Key">The day (<c>2026-11-21</c>), the dish's id, or the hour (<c>00</c> to <c>23</c>).</param>
/// <param name="Name">The dish's, as it was called last.</param>
/// <param name="Orders">How many had it.</param>
/// <param name="Portions">Of a dish; null by day and hour.</param>
internal sealed record SalesRowResponse(string Key, string? Name, long Orders, long? Portions, Money Revenue);
