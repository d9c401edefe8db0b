using MarketData.Soak;

return await SoakCommand.RunAsync(args);
