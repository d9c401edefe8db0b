using Deribit.Simulator.Channels;
using Deribit.Simulator.Rpc;

namespace Deribit.Simulator.Sessions;

/// <summary>What every connection shares.</summary>
internal sealed record SessionContext(SimulatorOptions Options, Hub Hub, RpcDispatcher Rpc, ILogger Logger);
