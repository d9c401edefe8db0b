namespace MarketData.Cli.Doctor;

/// <summary>What came of one HTTP request.</summary>
/// <param name="Status">The status; 0: no answer.</param>
/// <param name="Body">The body, not more than <see cref="MostCharacters"/>; without an answer, why there is none.</param>
/// <param name="GrpcStatus">The header or trailer <c>grpc-status</c>; null: there is none.</param>
internal sealed record HttpAnswer(int Status, string Body, string? GrpcStatus = null)
{
    private const int MostCharacters = 100_000;

    /// <summary>Sends a request.</summary>
    public static async Task<HttpAnswer> OfAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        client.MaxResponseContentBufferSize = MostCharacters;
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            return new HttpAnswer((int)response.StatusCode, body, Find(response.TrailingHeaders) ?? Find(response.Headers));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new HttpAnswer(0, exception.Message);
        }
    }

    /// <summary>Asks for an address.</summary>
    public static async Task<HttpAnswer> OfAsync(Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await OfAsync(request, cancellationToken);
    }

    private static string? Find(System.Net.Http.Headers.HttpResponseHeaders headers) =>
        headers.TryGetValues("grpc-status", out var values) ? values.FirstOrDefault() : null;
}
