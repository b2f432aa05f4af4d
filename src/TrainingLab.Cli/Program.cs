using TrainingLab.Cli;

return await CommandLineHost.InvokeAsync(LabCommand.Create(), args);
