using Cafeteria.EmbeddedSilo.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>What can be called: a grain, a reference to one, an observer.</summary>
    public interface IAddressable;

    /// <summary>The activation that a grain object belongs to.</summary>
    public interface IGrainContext : IEquatable<IGrainContext>
    {
        GrainId GrainId { get; }

        /// <summary>The grain object; null until it is made.</summary>
        object? GrainInstance { get; }

        /// <summary>The activation's own scope of the host's services.</summary>
        IServiceProvider ActivationServices { get; }

        /// <summary>Completes when the activation is gone.</summary>
        Task Deactivated { get; }

        /// <summary>Starts to deactivate: running calls end, waiting calls go to the next activation.</summary>
        void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
    }
}

namespace Orleans
{
    /// <summary>The base of all grain interfaces.</summary>
    public interface IGrain : IAddressable;

    /// <summary>A grain whose key is a string.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>An object outside the grains that grains call. It is held weakly: who registers it must keep it.</summary>
    public interface IGrainObserver : IAddressable;

    /// <summary>What the runtime asks of a grain class; <see cref="Grain"/> implements it.</summary>
    public interface IGrainBase
    {
        IGrainContext GrainContext { get; }

        /// <summary>Called after the state was read and before the first call. If it fails, so do the calls that wait.</summary>
        Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

        /// <summary>Called when the activation goes in good order. It may never be called.</summary>
        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
    }

    /// <summary>The base class of grains.</summary>
    public abstract class Grain : IGrainBase, IAddressable
    {
        protected Grain() => GrainContext = Activation.Current!;

        public IGrainContext GrainContext { get; }

        protected IGrainFactory GrainFactory => ServiceProvider.GetRequiredService<IGrainFactory>();

        protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;

        public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

        /// <summary>Deactivates when the running calls have ended; calls that wait go to the next activation.</summary>
        protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

        /// <summary>Puts off idle collection by at least <paramref name="timeSpan"/>; a negative span takes that back.</summary>
        protected void DelayDeactivation(TimeSpan timeSpan) => Activation.Of(this).DelayDeactivation(timeSpan);
    }

    /// <summary>What every grain can do with its own activation.</summary>
    public static class GrainBaseExtensions
    {
        /// <summary>Deactivates when the running calls have ended; calls that wait go to the next activation.</summary>
        public static void DeactivateOnIdle(this IGrainBase grain) =>
            grain.GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));

        /// <inheritdoc cref="RegisterGrainTimer{TState}(IGrainBase, Func{TState, CancellationToken, Task}, TState, GrainTimerCreationOptions)"/>
        public static IGrainTimer RegisterGrainTimer(this IGrainBase grain, Func<Task> callback, GrainTimerCreationOptions options) =>
            grain.RegisterGrainTimer(static (run, _) => run(), callback, options);

        /// <inheritdoc cref="RegisterGrainTimer{TState}(IGrainBase, Func{TState, CancellationToken, Task}, TState, GrainTimerCreationOptions)"/>
        public static IGrainTimer RegisterGrainTimer(this IGrainBase grain, Func<Task> callback, TimeSpan dueTime, TimeSpan period) =>
            grain.RegisterGrainTimer(callback, new GrainTimerCreationOptions(dueTime, period));

        /// <inheritdoc cref="RegisterGrainTimer{TState}(IGrainBase, Func{TState, CancellationToken, Task}, TState, GrainTimerCreationOptions)"/>
        public static IGrainTimer RegisterGrainTimer(
            this IGrainBase grain, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options) =>
            grain.RegisterGrainTimer(static (run, stop) => run(stop), callback, options);

        /// <inheritdoc cref="RegisterGrainTimer{TState}(IGrainBase, Func{TState, CancellationToken, Task}, TState, GrainTimerCreationOptions)"/>
        public static IGrainTimer RegisterGrainTimer(
            this IGrainBase grain, Func<CancellationToken, Task> callback, TimeSpan dueTime, TimeSpan period) =>
            grain.RegisterGrainTimer(callback, new GrainTimerCreationOptions(dueTime, period));

        /// <summary>
        /// Calls back as a turn of the grain: after <c>DueTime</c>, then <c>Period</c> after each callback ended, never two at
        /// once. Unless <c>Interleave</c> is set a tick waits its turn like a call. Ticks do not keep the activation from idle
        /// collection unless <c>KeepAlive</c> is set. A callback that throws is logged and ticks again.
        /// </summary>
        public static IGrainTimer RegisterGrainTimer<TState>(
            this IGrainBase grain, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options) =>
            GrainTimer.Start(grain, callback, state, options);

        /// <inheritdoc cref="RegisterGrainTimer{TState}(IGrainBase, Func{TState, CancellationToken, Task}, TState, GrainTimerCreationOptions)"/>
        public static IGrainTimer RegisterGrainTimer<TState>(
            this IGrainBase grain, Func<TState, CancellationToken, Task> callback, TState state, TimeSpan dueTime, TimeSpan period) =>
            grain.RegisterGrainTimer(callback, state, new GrainTimerCreationOptions(dueTime, period));

        /// <inheritdoc cref="RegisterGrainTimer{TState}(IGrainBase, Func{TState, CancellationToken, Task}, TState, GrainTimerCreationOptions)"/>
        public static IGrainTimer RegisterGrainTimer<TState>(
            this IGrainBase grain, Func<TState, Task> callback, TState state, GrainTimerCreationOptions options) =>
            grain.RegisterGrainTimer(static (run, _) => run.callback(run.state), (callback, state), options);

        /// <inheritdoc cref="RegisterGrainTimer{TState}(IGrainBase, Func{TState, CancellationToken, Task}, TState, GrainTimerCreationOptions)"/>
        public static IGrainTimer RegisterGrainTimer<TState>(
            this IGrainBase grain, Func<TState, Task> callback, TState state, TimeSpan dueTime, TimeSpan period) =>
            grain.RegisterGrainTimer(callback, state, new GrainTimerCreationOptions(dueTime, period));
    }

    /// <summary>Identity and references of grains.</summary>
    public static class GrainExtensions
    {
        /// <summary>A reference to this grain or observer, fit to be passed in a call.</summary>
        public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) => grain switch
        {
            TGrainInterface and GrainReference => (TGrainInterface)grain,
            GrainReference reference => (TGrainInterface)(object)reference.As(typeof(TGrainInterface)),
            IGrainBase of => (TGrainInterface)(object)Activation.Of(of).ReferenceAs(typeof(TGrainInterface)),
            _ => throw new ArgumentException($"Not a grain, nor a reference to one: {grain.GetType()}.", nameof(grain)),
        };

        public static GrainId GetGrainId(this IAddressable grain) => grain switch
        {
            GrainReference reference => reference.GrainId,
            IGrainBase of => of.GrainContext.GrainId,
            _ => throw new ArgumentException($"Not a grain, nor a reference to one: {grain.GetType()}.", nameof(grain)),
        };

        public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();
    }

    /// <summary>Makes references to grains. A grain need not be made: it is activated by its first call.</summary>
    public interface IGrainFactory
    {
        TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey;

        TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
            where TGrainInterface : IAddressable;

        IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey);

        /// <summary>A reference by which grains call <paramref name="obj"/>, which is held weakly.</summary>
        TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
            where TGrainObserverInterface : IGrainObserver;

        /// <summary>Ends a reference made by <see cref="CreateObjectReference{T}"/>.</summary>
        void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
            where TGrainObserverInterface : IGrainObserver;
    }

    /// <summary>The grains as seen from outside them.</summary>
    public interface IClusterClient : IGrainFactory
    {
        IServiceProvider ServiceProvider { get; }
    }

    /// <summary>Why an activation went.</summary>
    public readonly struct DeactivationReason
    {
        public DeactivationReason(DeactivationReasonCode code, string text) : this(code, null, text)
        {
        }

        public DeactivationReason(DeactivationReasonCode code, Exception? exception, string text)
        {
            ReasonCode = code;
            Exception = exception;
            Description = text;
        }

        public DeactivationReasonCode ReasonCode { get; }

        public string Description { get; }

        public Exception? Exception { get; }

        public override string ToString() =>
            Exception is null ? $"{ReasonCode}: {Description}" : $"{ReasonCode}: {Description}. Exception: {Exception}";
    }

    /// <summary>Why an activation went, in one word.</summary>
    [GenerateSerializer]
    public enum DeactivationReasonCode : byte
    {
        None = 0,
        ShuttingDown = 1,
        ActivationFailed = 2,
        DirectoryFailure = 3,
        ActivationIdle = 4,
        ActivationUnresponsive = 5,
        DuplicateActivation = 6,
        IncompatibleRequest = 7,
        ApplicationError = 8,
        ApplicationRequested = 9,
        Migrating = 10,
        RuntimeRequested = 11,
        HighMemoryPressure = 12,
    }
}
