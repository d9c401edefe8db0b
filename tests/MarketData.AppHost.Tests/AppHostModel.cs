namespace MarketData.AppHost.Tests;

/// <summary>Builds the model as it would be published or run. Nothing is started, so no container engine is needed.</summary>
internal static class AppHostModel
{
    /// <summary>The model as <c>aspire publish</c> sees it.</summary>
    public static Task<IDistributedApplicationTestingBuilder> PublishedAsync(CancellationToken ct, params string[] arguments) =>
        DistributedApplicationTestingBuilder.CreateAsync<Projects.MarketData_AppHost>(["--operation", "publish", .. arguments], ct);

    /// <summary>The model as <c>dotnet run</c> sees it.</summary>
    public static Task<IDistributedApplicationTestingBuilder> RunAsync(CancellationToken ct, params string[] arguments) =>
        DistributedApplicationTestingBuilder.CreateAsync<Projects.MarketData_AppHost>(arguments, ct);

    /// <summary>The resource of that name.</summary>
    public static IResource Find(this IDistributedApplicationTestingBuilder builder, string name) =>
        builder.Resources.Single(resource => resource.Name == name);

    /// <summary>What a resource waits for, as <c>name</c> or <c>name (completed)</c>, in order.</summary>
    public static IEnumerable<string> Waits(this IResource resource) => resource.Annotations.OfType<WaitAnnotation>()
        .Select(wait => wait.WaitType == WaitType.WaitForCompletion ? $"{wait.Resource.Name} (completed)" : wait.Resource.Name)
        .Order(StringComparer.Ordinal);

    // The replacement needs a started model; the obsolete method reads the published one.
#pragma warning disable CS0618
    /// <summary>A resource's environment, with references in place of values.</summary>
    public static async Task<Dictionary<string, string>> EnvironmentAsync(this IResource resource) =>
        await ((IResourceWithEnvironment)resource).GetEnvironmentVariableValuesAsync(DistributedApplicationOperation.Publish);
#pragma warning restore CS0618
}
