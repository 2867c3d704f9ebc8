using Cafeteria.Accounts;
using Cafeteria.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cafeteria.Operations;

/// <summary>Failures on purpose: how a cafeteria is seen to bear them before they come by themselves.</summary>
internal static class ChaosEndpoints
{
    private static readonly TimeSpan DefaultDuration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultLatency = TimeSpan.FromSeconds(1.5);

    public static IEndpointRouteBuilder MapChaos(this IEndpointRouteBuilder api)
    {
        var chaos = api.MapGroup("/admin/chaos").WithTags("Operations").ForRole(Role.Admin).NeverFailing();
        chaos.MapGet("", Read).WithName("listFaults").WithSummary("What is made to fail on purpose");
        chaos.MapPost("", Begin).WithName("beginFault").WithSummary("Make a part fail on purpose; it ends by itself").Problems(400, 403, 413, 415);
        chaos.MapDelete("", Heal).WithName("healFaults").WithSummary("End all of it now, or one part's").Problems(400);
        return api;
    }

    private static Ok<ChaosResponse> Read(RequestTenant tenant, IChaos chaos) => TypedResults.Ok(ChaosResponse.Of(chaos, tenant.Id));

    private static async Task<Results<Ok<ChaosResponse>, ProblemHttpResult>> Begin(
        Body<ChaosRequest> body, Caller caller, RequestTenant tenant, IChaos chaos, [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock)
    {
        if (!chaos.Allowed)
            return Problems.Of(403, ProblemCodes.TurnedOff, "Nothing fails on purpose here. Chaos:Enabled in the configuration would allow it.");
        var (request, errors) = (body.Value, new FieldErrors());
        errors.Check(request.Part is not null, "part", "gateway, identity, stock, kitchen or notifications.");
        errors.Check(request.Mode is not null, "mode", "error, latency or crash.");
        errors.Check(request.Rate is null or (> 0 and <= 1), "rate", "Over 0, to 1.");
        errors.Check(request.For is null or (>= 1 and <= 600), "for", "1 to 600 seconds.");
        errors.Check(request.LatencyMs is null or (>= 50 and <= 10_000), "latencyMs", "50 to 10000 milliseconds.");
        if (errors.Any)
            return Problems.Invalid(errors);

        var now = clock.GetUtcNow();
        var latency = request.Mode is not ChaosMode.Latency ? TimeSpan.Zero
            : request.LatencyMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : DefaultLatency;
        var ends = now + (request.For is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultDuration);
        await chaos.BeginAsync(new Fault(tenant.Id, request.Part!.Value, request.Mode!.Value, request.Rate ?? 1, latency, now, ends, caller.Login));
        return TypedResults.Ok(ChaosResponse.Of(chaos, tenant.Id));
    }

    private static async Task<Results<Ok<ChaosResponse>, ProblemHttpResult>> Heal(string? part, RequestTenant tenant, IChaos chaos)
    {
        ChaosPart? only = null;
        if (part is not null)
        {
            if (!Snake<ChaosPart>.TryParse(part, out var named))
                return Problems.Invalid("part must be gateway, identity, stock, kitchen or notifications.");
            only = named;
        }

        if (chaos.Allowed)
            await chaos.HealAsync(tenant.Id, only);
        return TypedResults.Ok(ChaosResponse.Of(chaos, tenant.Id));
    }
}
