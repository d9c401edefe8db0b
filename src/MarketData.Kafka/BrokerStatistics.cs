using System.Text;
using System.Text.Json;

namespace MarketData.Kafka;

/// <summary>
/// Reads librdkafka's statistics, for example <c>{"name":"..","brokers":{"h:9092/1":{"nodeid":1,"state":"UP",..}},"topics":{..}}</c>.
/// </summary>
internal static class BrokerStatistics
{
    /// <summary>Whether a broker is connected.</summary>
    public static bool AnyBrokerUp(string statistics)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(statistics));
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                continue;
            if (!reader.ValueTextEquals("brokers"u8))
            {
                reader.Skip();
                continue;
            }
            // The braces of "brokers" are at depth 1, the brokers' names at 2, their properties at 3.
            reader.Read();
            while (reader.Read() && reader.CurrentDepth > 1)
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 3 && reader.ValueTextEquals("state"u8)
                    && reader.Read() && reader.ValueTextEquals("UP"u8))
                    return true;
            }
            return false;
        }
        return false;
    }
}
