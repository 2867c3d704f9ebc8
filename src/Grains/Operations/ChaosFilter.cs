using Cafeteria.Kitchen;
using Cafeteria.Stock;
using Cafeteria.Tracking;
using Microsoft.Extensions.Hosting;

namespace Cafeteria.Operations;

/// <summary>
/// What a call suffers whose grain belongs to a part that is made to fail. In the grain's turn, so that a slow call holds up
/// the calls behind it, as a slow grain does.
/// </summary>
internal sealed class ChaosFilter(KnownFaults faults, IHostApplicationLifetime lifetime) : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context)
        => faults.None || PartOf(context.InterfaceMethod.DeclaringType) is not { } part ? context.Invoke() : StrikeAsync(part, context);

    private Task StrikeAsync(ChaosPart part, IIncomingGrainCallContext context)
        => faults.Strike(part, GrainKey.Parse(context.TargetId.Key.ToString()!).Tenant) is { } fault ? SufferAsync(fault, context) : context.Invoke();

    private async Task SufferAsync(Fault fault, IIncomingGrainCallContext context)
    {
        switch (fault.Mode)
        {
            case ChaosMode.Latency:
                // A stop waits for what was accepted, and must not wait for this.
                await Task.Delay(fault.Latency, lifetime.ApplicationStopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                await context.Invoke();
                break;
            case ChaosMode.Crash:
                context.TargetContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "Made to crash on purpose."));
                throw new MadeToFailException($"{context.TargetId} was made to crash on purpose.");
            default:
                throw new MadeToFailException($"{context.TargetId} was made to fail on purpose.");
        }
    }

    private static ChaosPart? PartOf(Type? contract)
        => contract == typeof(IStockItemGrain) ? ChaosPart.Stock
            : contract == typeof(IKitchenStationGrain) ? ChaosPart.Kitchen
            : contract == typeof(IOrderFeedGrain) ? ChaosPart.Notifications
            : null;
}
