using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("TrainingLab.Tests")]
