namespace Aspire.Hosting;

/// <summary>How Docker Compose asks whether a container is healthy: commands that its image has. Aspire's own checks are not published.</summary>
public static class ComposeHealth
{
    /// <summary>The broker listens.</summary>
    public static IReadOnlyList<string> Kafka { get; } = ["CMD-SHELL", "bash -c '</dev/tcp/localhost/9092'"];

    /// <summary>The server answers its own user. The dollar sign is doubled for Compose.</summary>
    public static IReadOnlyList<string> Redis { get; } = ["CMD-SHELL", "REDISCLI_AUTH=\"$$REDIS_PASSWORD\" redis-cli ping | grep PONG"];

    /// <summary>The HTTP interface answers.</summary>
    public static IReadOnlyList<string> ClickHouse { get; } = ["CMD", "wget", "-q", "--spider", "http://127.0.0.1:8123/ping"];

    /// <summary>Loki is ready for logs. Its image holds nothing but Loki, which asks itself.</summary>
    public static IReadOnlyList<string> Loki { get; } = ["CMD", "/usr/bin/loki", "-health"];

    /// <summary>Prometheus is up.</summary>
    public static IReadOnlyList<string> Prometheus { get; } = ["CMD", "wget", "-q", "--spider", "http://127.0.0.1:9090/-/healthy"];

    /// <summary>Grafana is up and reaches its own database.</summary>
    public static IReadOnlyList<string> Grafana { get; } = ["CMD", "wget", "-q", "--spider", "http://127.0.0.1:3000/api/health"];
}
