using System.Text;
using Deribit.Client.Protocol;
using Deribit.Client.Recording;

namespace Deribit.Client;

/// <content>From a record to the messages that it stands for.</content>
public sealed partial class DeribitPlayback
{
    private DeribitMessage? Take(in DeribitRecord record)
    {
        switch (record.Kind)
        {
            case DeribitRecordKind.Missing:
                _resumes = true;
                return Lost(record, Encoding.UTF8.GetString(record.Payload.Span));
            case DeribitRecordKind.Frame:
                return TakeFrame(record);
            case DeribitRecordKind.Reply:
                _trades.LearnReply(record.Payload.Span);
                return null;
            case <= DeribitRecordKind.Unusable:
                return TakeMessage(record);
            default:
                _other?.Invoke(record);
                _ownersTurn = true;
                return null;
        }
    }

    private DeribitMessage? TakeFrame(in DeribitRecord record)
    {
        var frame = record.Payload.Span;
        if (FrameClassifier.Classify(frame) != FrameKind.Subscription)
        {
            return null;
        }

        NoteMaintenance(frame);
        if (!_channels.Carries(frame))
        {
            return null;
        }

        Resume(record);
        var message = _decoder.Decode(frame, record.ReceivedAtUnixNs, record.Generation);
        if (message is DeribitTrades)
        {
            _trades.Learn(frame);
        }

        return message;
    }

    private DeribitMessage? TakeMessage(in DeribitRecord record)
    {
        DeribitMessage? message;
        try
        {
            message = LifecycleJson.Read(record);
        }
        catch (DeribitProtocolException exception)
        {
            // Whatever it said of the connection is not known: nothing is taken for granted any more.
            _resumes = true;
            return Lost(record, exception.Message);
        }

        switch (message)
        {
            case DeribitConnected connected:
                if (Lost(record, "The recording goes on with another connection.") is { } lost)
                {
                    _due.Enqueue(lost);
                }

                Connected(record.Generation, connected.Authenticated);
                return connected;
            case DeribitDisconnected { Reason: DeribitDisconnectReason.Stopped }:
                // The recorder ended; that is no loss, and the reader ends its streams itself.
            case DeribitDisconnected when !_status.Connected:
                return null;
            case DeribitDisconnected disconnected:
                Disconnected(disconnected.Detail);
                return disconnected;
            case DeribitChannelsAcknowledged acknowledged when _channels.OfReader(acknowledged.Channels) is { Count: > 0 } own:
                Resume(record);
                _channels.Acknowledge(own);
                CountChannels();
                return new DeribitChannelsAcknowledged { Channels = own, Generation = record.Generation, ReceivedAtUnixNs = record.ReceivedAtUnixNs };
            case DeribitChannelsRefused refused when _channels.OfReader(refused.Channels) is { Count: > 0 } own:
                return new DeribitChannelsRefused
                {
                    Channels = own, Attempts = refused.Attempts, GivenUp = refused.GivenUp, Detail = refused.Detail,
                    Generation = record.Generation, ReceivedAtUnixNs = record.ReceivedAtUnixNs,
                };
            case DeribitChannelsAcknowledged or DeribitChannelsRefused:
                // The recorder collected more than this reader does.
                return null;
            default:
                return message;
        }
    }

    // Behind a hole in the records, which may have taken the beginning of a connection with it: what comes is from a connection that is up.
    private void Resume(in DeribitRecord record)
    {
        if (_status.Connected || !_resumes)
        {
            return;
        }

        Connected(record.Generation, authenticated: false);
        _channels.AcknowledgeAll();
        CountChannels();
        _due.Enqueue(new DeribitConnected
        {
            Authenticated = false, RawAllowed = true, Generation = record.Generation, ReceivedAtUnixNs = record.ReceivedAtUnixNs,
        });
        _due.Enqueue(new DeribitChannelsAcknowledged
        {
            Channels = _channels.Wanted, Generation = record.Generation, ReceivedAtUnixNs = record.ReceivedAtUnixNs,
        });
    }

    private DeribitDisconnected? Lost(in DeribitRecord record, string detail)
    {
        if (!_status.Connected)
        {
            return null;
        }

        Disconnected(detail);
        return new()
        {
            Reason = DeribitDisconnectReason.Lost, Detail = detail, Generation = _status.Generation, ReceivedAtUnixNs = record.ReceivedAtUnixNs,
        };
    }

    private void Connected(long generation, bool authenticated)
    {
        _resumes = false;
        _status = _status with
        {
            Connected = true, Authenticated = authenticated, Generation = generation, Maintenance = false, LastFault = null,
        };
    }

    private void Disconnected(string detail)
    {
        _channels.Forget();
        _status = _status with { Connected = false, Authenticated = false, ChannelsAcknowledged = 0, LastFault = detail };
    }

    private void NoteMaintenance(ReadOnlySpan<byte> frame)
    {
        if (FrameClassifier.AnnouncesMaintenance(frame))
        {
            _status = _status with { Maintenance = true };
        }
        else if (FrameClassifier.EndsMaintenance(frame))
        {
            _status = _status with { Maintenance = false };
        }
    }
}
