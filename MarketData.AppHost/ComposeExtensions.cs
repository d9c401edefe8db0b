using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker;
using Aspire.Hosting.Docker.Resources;
using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>What a deployment with Docker Compose gets beside the model: restart policies, health checks, volumes of the services' own.</summary>
public static class ComposeExtensions
{
    // Compose kills after 10 s, which is less than a service takes to empty its queues (shutdown.timeout_seconds).
    private const string StopGracePeriod = "40s";

    /// <summary>Chooses what <c>aspire publish</c> writes: files for Docker Compose, unless Azure's tool asks for the manifest.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The name of the environment.</param>
    /// <param name="embedded">Whether there are no containers.</param>
    /// <exception cref="DistributedApplicationException">A model without containers is to be deployed.</exception>
    public static void AddDeployment(this IDistributedApplicationBuilder builder, [ResourceName] string name, bool embedded)
    {
        if (!builder.ExecutionContext.IsPublishMode) return;
        if (embedded) throw new DistributedApplicationException("The embedded infrastructure is for a trial on one machine. Deploy with --infrastructure containers.");
        if (!builder.IsAzureManifest()) builder.AddDockerComposeEnvironment(name).ConfigureComposeFile(AddVolumes);
    }

    /// <summary>Whether the manifest for <c>azd</c> is being written.</summary>
    /// <param name="builder">The model.</param>
    public static bool IsAzureManifest(this IDistributedApplicationBuilder builder) =>
        builder.ExecutionContext.IsPublishMode
        && (builder.Configuration["Publishing:Publisher"] == "manifest" || builder.Configuration["Pipeline:Step"] == "publish-manifest");

    /// <summary>Publishes a container that is started again when it ends, and is healthy when a command says so.</summary>
    /// <typeparam name="T">The kind of container.</typeparam>
    /// <param name="builder">The container.</param>
    /// <param name="health">The command, one of <see cref="ComposeHealth"/>.</param>
    public static IResourceBuilder<T> PublishToCompose<T>(this IResourceBuilder<T> builder, IReadOnlyList<string> health)
        where T : ContainerResource =>
        builder.Customize((_, service) => Keep(service, health));

    /// <summary>Publishes a service that is started again when it ends, and asks itself whether it is healthy. What it keeps on disk has a volume.</summary>
    /// <param name="builder">The service.</param>
    public static IResourceBuilder<ProjectResource> PublishAsServiceToCompose(this IResourceBuilder<ProjectResource> builder) =>
        builder.Customize((_, service) =>
        {
            Keep(service, ["CMD", "dotnet", builder.AssemblyFile(), "--health-check"]);
            service.StopGracePeriod = StopGracePeriod;
            var volume = builder.Resource.Name + "-state";
            service.AddVolume(new Volume { Name = volume, Type = "volume", Source = volume, Target = ServiceExtensions.HomeInImages, ReadOnly = false });
        });

    /// <summary>Publishes what runs once, to completion. It is tried again while it fails.</summary>
    /// <param name="builder">The preparation.</param>
    public static IResourceBuilder<ProjectResource> PublishAsPreparationToCompose(this IResourceBuilder<ProjectResource> builder) =>
        builder.Customize((_, service) =>
        {
            service.Restart = "on-failure";
            WaitForHealth(service);
        });

    private static IResourceBuilder<T> Customize<T>(this IResourceBuilder<T> builder, Action<DockerComposeServiceResource, Service> configure)
        where T : IComputeResource =>
        builder.ApplicationBuilder.Resources.OfType<DockerComposeEnvironmentResource>().Any()
            ? builder.PublishAsDockerComposeService(configure)
            : builder;

    private static void Keep(Service service, IReadOnlyList<string> health)
    {
        service.Restart = "unless-stopped";
        service.Healthcheck = new Healthcheck { Test = [.. health], Interval = "15s", Timeout = "10s", Retries = 4, StartPeriod = "60s" };
        WaitForHealth(service);
    }

    // Everything that is waited for has a health check here; Aspire cannot know and writes that it must have started.
    private static void WaitForHealth(Service service)
    {
        foreach (var dependency in service.DependsOn.Values.Where(dependency => dependency.Condition == "service_started"))
            dependency.Condition = "service_healthy";
    }

    // A volume that only a service names must also stand at the top of the file.
    private static void AddVolumes(ComposeFile file)
    {
        var named = file.Services.Values.SelectMany(service => service.Volumes).Where(volume => volume.Type == "volume").Select(volume => volume.Name);
        foreach (var name in named.Distinct().Where(name => !file.Volumes.ContainsKey(name)).ToList())
            file.AddVolume(new Volume { Name = name, Driver = "local" });
    }

    // /app is where the SDK puts a project in its image, under the project's name.
    private static string AssemblyFile(this IResourceBuilder<ProjectResource> builder) =>
        $"/app/{Path.GetFileNameWithoutExtension(builder.Resource.GetProjectMetadata().ProjectPath)}.dll";
}
