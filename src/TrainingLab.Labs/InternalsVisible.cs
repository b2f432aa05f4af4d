using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("TrainingLab.Tests")]
[assembly: InternalsVisibleTo("TrainingLab.EndToEndTests")]
