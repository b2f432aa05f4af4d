using System.CommandLine;
using TrainingLab.Cli.Verbs;

namespace TrainingLab.Cli;

/// <summary>The <c>lab</c> command with all its verbs.</summary>
internal static class LabCommand
{
    public static RootCommand Create() =>
        new("TrainingLab: hands-on labs for the industrial internet. Exit codes: 0 done and good, 1 done and not good, 2 wrong usage, 3 could not run.")
        {
            ServeVerb.Create(),
            DoctorVerb.Create(),
            SimulateVerb.Create(),
            BrokerVerb.Create(),
            BenchVerb.Create(),
            ListVerb.Create(),
            StartVerb.Create(),
            ExecVerb.Create(),
            RunVerb.Create(),
            TestVerb.Create(),
            ValidateVerb.Create(),
            GradeVerb.Create(),
            VerifyVerb.Create(),
            NewVerb.Create(),
            SchemaVerb.Create(),
            HealthVerb.Create(),
        };
}
