using MarketData.Dashboards;

// Argument: the repository's root; without it the working directory. Writes config/grafana/dashboards/*.json.
var root = args is [var given] ? given : Environment.CurrentDirectory;
var target = Path.Combine(root, DashboardFiles.Directory);
if (!Directory.Exists(Path.Combine(root, DashboardFiles.Runbooks)))
{
    await Console.Error.WriteLineAsync($"{Path.GetFullPath(root)} has no {DashboardFiles.Runbooks}: start this in the repository's root, or give it.");
    return 2;
}

Directory.CreateDirectory(target);
foreach (var (name, text) in DashboardFiles.Render(root))
    await File.WriteAllTextAsync(Path.Combine(target, name), text);
return 0;
