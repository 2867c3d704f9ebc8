using Cafeteria.Silo;

return await CommandLine.RunAsync(args);
