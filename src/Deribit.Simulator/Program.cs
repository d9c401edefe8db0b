using Deribit.Simulator.Hosting;

return await StandaloneHost.RunAsync(args);
