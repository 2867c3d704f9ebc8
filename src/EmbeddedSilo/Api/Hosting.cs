using Cafeteria.EmbeddedSilo.Hosting;
using Cafeteria.EmbeddedSilo.Storage;
using Cafeteria.EmbeddedSilo.Streams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.Streams;

namespace Microsoft.Extensions.Hosting
{
    /// <summary>Makes a host a silo.</summary>
    public static class OrleansSiloGenericHostExtensions
    {
        public static IHostApplicationBuilder UseOrleans(this IHostApplicationBuilder hostAppBuilder) => hostAppBuilder.UseOrleans(_ => { });

        public static IHostApplicationBuilder UseOrleans(
            this IHostApplicationBuilder hostAppBuilder, Action<ISiloBuilder> configureDelegate)
        {
            configureDelegate(SiloBuilder.AddTo(hostAppBuilder.Services, hostAppBuilder.Configuration));
            return hostAppBuilder;
        }

        public static HostApplicationBuilder UseOrleans(this HostApplicationBuilder hostAppBuilder) => hostAppBuilder.UseOrleans(_ => { });

        public static HostApplicationBuilder UseOrleans(
            this HostApplicationBuilder hostAppBuilder, Action<ISiloBuilder> configureDelegate)
        {
            configureDelegate(SiloBuilder.AddTo(hostAppBuilder.Services, hostAppBuilder.Configuration));
            return hostAppBuilder;
        }

        public static IHostBuilder UseOrleans(this IHostBuilder hostBuilder, Action<ISiloBuilder> configureDelegate) =>
            hostBuilder.UseOrleans((_, silo) => configureDelegate(silo));

        public static IHostBuilder UseOrleans(this IHostBuilder hostBuilder, Action<HostBuilderContext, ISiloBuilder> configureDelegate) =>
            hostBuilder.ConfigureServices((context, services) =>
                configureDelegate(context, SiloBuilder.AddTo(services, context.Configuration)));
    }
}

namespace Orleans.Hosting
{
    /// <summary>What is being put into a silo.</summary>
    public interface ISiloBuilder
    {
        IServiceCollection Services { get; }

        IConfiguration Configuration { get; }
    }

    /// <summary>General settings of a silo.</summary>
    public static class SiloBuilderExtensions
    {
        public static ISiloBuilder ConfigureServices(this ISiloBuilder builder, Action<IServiceCollection> configureDelegate)
        {
            configureDelegate(builder.Services);
            return builder;
        }

        public static ISiloBuilder Configure<TOptions>(this ISiloBuilder builder, Action<TOptions> configureOptions)
            where TOptions : class
        {
            builder.Services.Configure(configureOptions);
            return builder;
        }

        public static ISiloBuilder Configure<TOptions>(this ISiloBuilder builder, IConfiguration configuration)
            where TOptions : class
        {
            builder.Services.Configure<TOptions>(configuration);
            return builder;
        }
    }

    /// <summary>Traces.</summary>
    public static class CoreHostingExtensions
    {
        /// <summary>Every grain call becomes an activity of the source <c>Microsoft.Orleans.Application</c>, when somebody listens.</summary>
        public static ISiloBuilder AddActivityPropagation(this ISiloBuilder builder)
        {
            builder.Services.TryAddSingleton<ActivityPropagation>();
            return builder;
        }
    }

    /// <summary>Filters around grain calls.</summary>
    public static class GrainCallFilterSiloBuilderExtensions
    {
        public static ISiloBuilder AddIncomingGrainCallFilter(this ISiloBuilder builder, IIncomingGrainCallFilter filter)
        {
            builder.Services.AddSingleton(filter);
            return builder;
        }

        public static ISiloBuilder AddIncomingGrainCallFilter<TImplementation>(this ISiloBuilder builder)
            where TImplementation : class, IIncomingGrainCallFilter
        {
            builder.Services.AddSingleton<IIncomingGrainCallFilter, TImplementation>();
            return builder;
        }

        public static ISiloBuilder AddIncomingGrainCallFilter(this ISiloBuilder builder, IncomingGrainCallFilterDelegate filter) =>
            builder.AddIncomingGrainCallFilter(new DelegateFilter(filter));

        public static ISiloBuilder AddOutgoingGrainCallFilter(this ISiloBuilder builder, IOutgoingGrainCallFilter filter)
        {
            builder.Services.AddSingleton(filter);
            return builder;
        }

        public static ISiloBuilder AddOutgoingGrainCallFilter<TImplementation>(this ISiloBuilder builder)
            where TImplementation : class, IOutgoingGrainCallFilter
        {
            builder.Services.AddSingleton<IOutgoingGrainCallFilter, TImplementation>();
            return builder;
        }

        public static ISiloBuilder AddOutgoingGrainCallFilter(this ISiloBuilder builder, OutgoingGrainCallFilterDelegate filter) =>
            builder.AddOutgoingGrainCallFilter(new DelegateFilter(filter));
    }

    /// <summary>What a silo does once it serves.</summary>
    public static class SiloBuilderStartupExtensions
    {
        public static ISiloBuilder AddStartupTask(this ISiloBuilder builder, IStartupTask startupTask, int stage = 20000) =>
            builder.AddStartupTask((_, cancellation) => startupTask.Execute(cancellation), stage);

        public static ISiloBuilder AddStartupTask<TStartup>(this ISiloBuilder builder, int stage = 20000)
            where TStartup : class, IStartupTask =>
            builder.AddStartupTask(
                (services, cancellation) => ActivatorUtilities.GetServiceOrCreateInstance<TStartup>(services).Execute(cancellation), stage);

        public static ISiloBuilder AddStartupTask(
            this ISiloBuilder builder, Func<IServiceProvider, CancellationToken, Task> startupTask, int stage = 20000)
        {
            builder.Services.AddSingleton(new StartupStep(stage, startupTask));
            return builder;
        }
    }

    /// <summary>Storage in memory, for tests and trials.</summary>
    public static class MemoryGrainStorageSiloBuilderExtensions
    {
        public static ISiloBuilder AddMemoryGrainStorage(
            this ISiloBuilder builder, string name, Action<OptionsBuilder<MemoryGrainStorageOptions>>? configureOptions = null)
        {
            configureOptions?.Invoke(builder.Services.AddOptions<MemoryGrainStorageOptions>(name));
            Runtime.Hosting.StorageProviderExtensions.AddGrainStorage(builder.Services, name, static (_, _) => new MemoryStorage());
            return builder;
        }

        public static ISiloBuilder AddMemoryGrainStorageAsDefault(
            this ISiloBuilder builder, Action<OptionsBuilder<MemoryGrainStorageOptions>>? configureOptions = null) =>
            builder.AddMemoryGrainStorage("Default", configureOptions);
    }

    /// <summary>Settings of something with a name.</summary>
    public interface INamedServiceConfigurator
    {
        string Name { get; }

        Action<Action<IServiceCollection>> ConfigureDelegate { get; }
    }

    /// <summary>Settings of a stream provider.</summary>
    public interface IPersistentStreamConfigurator : INamedServiceConfigurator;

    /// <summary>Settings of a stream provider in a silo.</summary>
    public interface ISiloPersistentStreamConfigurator : IPersistentStreamConfigurator;

    /// <summary>Settings of a stream provider whose queues can be read again.</summary>
    public interface ISiloRecoverableStreamConfigurator : ISiloPersistentStreamConfigurator;

    /// <summary>Settings of streams in memory.</summary>
    public interface IMemoryStreamConfigurator : INamedServiceConfigurator;

    /// <summary>Settings of streams in memory in a silo.</summary>
    public interface ISiloMemoryStreamConfigurator : IMemoryStreamConfigurator, ISiloRecoverableStreamConfigurator;

    /// <summary>Streams in memory: what was published and not yet delivered is lost with the process.</summary>
    public static class SiloBuilderMemoryStreamExtensions
    {
        public static ISiloBuilder AddMemoryStreams(
            this ISiloBuilder builder, string name, Action<ISiloMemoryStreamConfigurator>? configure = null)
        {
            builder.Services.AddKeyedSingleton<IStreamProvider>(
                name, static (services, key) => ActivatorUtilities.CreateInstance<StreamProvider>(services, (string)key!));
            configure?.Invoke(new MemoryStreamConfigurator(name, builder.Services));
            return builder;
        }
    }

    /// <summary>Settings of streams in memory.</summary>
    public static class MemoryStreamConfiguratorExtensions
    {
        /// <summary>In one process every stream has a queue of its own, so this changes nothing.</summary>
        public static void ConfigurePartitioning(this IMemoryStreamConfigurator configurator, int numOfQueues = 8) =>
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numOfQueues);
    }

    /// <summary>Settings of a stream provider.</summary>
    public static class PersistentStreamConfiguratorExtensions
    {
        /// <summary>Only implicit subscriptions exist here, whatever is chosen.</summary>
        public static void ConfigureStreamPubSub(
            this IPersistentStreamConfigurator configurator, StreamPubSubType pubsubType = StreamPubSubType.ExplicitGrainBasedAndImplicit) =>
            ArgumentOutOfRangeException.ThrowIfEqual((int)pubsubType, (int)StreamPubSubType.ExplicitGrainBasedOnly);
    }

    /// <summary>Settings of a stream provider in a silo.</summary>
    public static class SiloPersistentStreamConfiguratorExtensions
    {
        public static void ConfigurePullingAgent(
            this ISiloPersistentStreamConfigurator configurator, Action<OptionsBuilder<StreamPullingAgentOptions>>? configureOptions = null) =>
            configurator.ConfigureDelegate(
                services => configureOptions?.Invoke(services.AddOptions<StreamPullingAgentOptions>(configurator.Name)));
    }
}

namespace Orleans.Runtime
{
    /// <summary>Something a silo does once it serves.</summary>
    public interface IStartupTask
    {
        Task Execute(CancellationToken cancellationToken);
    }
}

namespace Orleans.Runtime.Hosting
{
    /// <summary>Storages of one's own.</summary>
    public static class StorageProviderExtensions
    {
        /// <summary>Registers a storage under the name that grains ask for; the one named <c>Default</c> serves those that name none.</summary>
        public static IServiceCollection AddGrainStorage<T>(
            this IServiceCollection collection, string name, Func<IServiceProvider, string, T> implementationFactory)
            where T : IGrainStorage
        {
            collection.AddKeyedSingleton<IGrainStorage>(name, (services, key) => implementationFactory(services, (string)key!));
            if (string.Equals(name, "Default", StringComparison.Ordinal))
            {
                collection.TryAddSingleton(services => services.GetRequiredKeyedService<IGrainStorage>(name));
            }

            return collection;
        }
    }
}
