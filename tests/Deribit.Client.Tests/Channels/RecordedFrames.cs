namespace Deribit.Client.Tests.Channels;

/// <summary>The recorded sessions beside the repository; tests that need them skip where the folder is absent.</summary>
internal static class RecordedFrames
{
    public static string RequireFolder()
    {
        if (RepositoryRoot.Beside("shared/deribit/samples") is { } samples) return samples;
        Assert.Skip("The recorded frames (../shared/deribit/samples) are not on this machine.");
        return "";
    }

    public static IEnumerable<(string Where, string Line)> Lines(string pattern)
    {
        foreach (string file in Directory.GetFiles(RequireFolder(), pattern).Order(StringComparer.Ordinal))
        {
            int number = 0;
            foreach (string line in File.ReadLines(file)) yield return ($"{Path.GetFileName(file)}:{++number}", line);
        }
    }
}
