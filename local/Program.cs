return await ServerlessGdpr.Local.Commands.CommandLine.RunAsync(args);
