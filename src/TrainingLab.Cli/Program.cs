using System.CommandLine;
using TrainingLab.Cli;
using TrainingLab.Cli.Verbs;

var root = new RootCommand("TrainingLab: hands-on labs for the industrial internet.")
{
    ServeVerb.Create(),
    // DoctorVerb.Create(),
    // SimulateVerb.Create(),
    // ListVerb.Create(),
    // StartVerb.Create(),
    RunVerb.Create(),
    TestVerb.Create(),
    ValidateVerb.Create(),
    // GradeVerb.Create(),
    // VerifyVerb.Create(),
    // ExecVerb.Create(),
    // NewVerb.Create(),
    // SchemaVerb.Create(),
    // HealthVerb.Create(),
};
return await CommandLineHost.InvokeAsync(root, args);
