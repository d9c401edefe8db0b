using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>The web pages that come with a server.</summary>
public static class CompanionExtensions
{
    /// <summary>Names the link to a page on the dashboard.</summary>
    /// <typeparam name="T">The kind of page.</typeparam>
    /// <param name="builder">The page's container.</param>
    /// <param name="title">The link's text.</param>
    public static IResourceBuilder<T> WithTitle<T>(this IResourceBuilder<T> builder, string title)
        where T : ContainerResource =>
        builder.WithUrls(context =>
        {
            foreach (var url in context.Urls) url.DisplayText = title;
        }).WithIconName("WindowDatabase");
}
