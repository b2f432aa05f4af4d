using System.Net;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Tests.House;
using TrainingLab.Tests.Labs.Records;

namespace TrainingLab.Tests.Labs.Attempts;

/// <summary>The process ends while somebody hands in: the next one completes it, and the index learns of it.</summary>
public sealed class Cut_Short_Hand_In_Tests
{
    private static readonly AttemptActor Student = new("student", "Wang Fang", ActorRole.Student);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_completed_by_the_next_process(bool wasSealed)
    {
        await using var records = await RecordsFixture.OpenAsync(Ct);
        await using var environment = await LabsEnvironment.StartAsync(Repository.Root, records.Folder);
        var options = new AttemptOptions { DataFolder = records.Folder, FirstPort = 1, LastPort = 0 };
        string id;
        ScorecardView card;
        await using (var first = new AttemptService(environment, records.Attempts, new Nobody(), options))
        {
            var attempt = await first.CreateAsync(new AttemptRequest("identifiers/resolve", [Student], Seed: 3), Ct);
            id = attempt.Id;
            await attempt.TakeHintAsync(Student, "codes-which", Ct);
            Assert.True((await attempt.HandInAsync(Student, Ct)).Done);
            card = await attempt.GetScorecardAsync(ActorRole.Instructor, "en", Ct);
        }

        // What the disk holds when the process ends before the index is written, or even before the seal is.
        await records.Attempts.UpdateAsync(id, r => { r.State = AttemptState.Running; r.Score = 77; }, Ct);
        var evidence = Path.Combine(records.Folder, "attempts", id, "evidence.jsonl");
        if (!wasSealed)
        {
            var upTo = EvidenceReader.Read(evidence).First(r => r.Body is HandedIn).Number;
            await File.WriteAllLinesAsync(evidence, (await File.ReadAllLinesAsync(evidence, Ct)).Take((int)upTo), Ct);
        }

        await using var second = new AttemptService(environment, records.Attempts, new Nobody(), options);
        var again = (await second.FindAsync(id, Ct))!;

        Assert.Equal(AttemptState.HandedIn, again.Summary.State);
        Assert.Equal(0, again.Summary.Score);
        Assert.Equal(AttemptState.HandedIn, (await records.Attempts.FindAsync(id, Ct))!.State);
        Assert.Equal(EvidenceState.Intact, EvidenceVerifier.Verify(evidence).State);
        Assert.Equal(card.Checks.Select(c => c.Outcome), (await again.GetScorecardAsync(ActorRole.Instructor, "en", Ct)).Checks.Select(c => c.Outcome));
        Assert.Equal(3, (await again.ExecAsync(Student, "status", Ct)).ExitCode);
    }

    private sealed class Nobody : ISignedInAddresses
    {
        public bool IsSignedIn(IReadOnlyList<string> accounts, IPAddress address) => false;
    }
}
