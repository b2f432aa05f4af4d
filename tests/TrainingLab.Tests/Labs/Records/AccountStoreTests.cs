using TrainingLab.Labs.Records;

namespace TrainingLab.Tests.Labs.Records;

public sealed class AccountStoreTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_student_joins_once_and_signs_in_from_anywhere()
    {
        await using var records = await RecordsFixture.OpenAsync(Ct);
        var cohort = await records.Cohorts.CreateAsync("teacher", "Class 1", Ct);
        var joined = await records.Accounts.JoinAsync(new JoinRequest(cohort.JoinCode.ToLowerInvariant(), "Wang Fang", "2026001", "2468"), Ct);
        Assert.Equal(SignInOutcome.SignedIn, joined.Outcome);

        var signedIn = await records.Accounts.SignInAsync("２０２６００１", "２４６８", null, Ct);
        Assert.Equal(SignInOutcome.SignedIn, signedIn.Outcome);
        Assert.Equal(joined.Account!.Id, signedIn.Account!.Id);
        Assert.Equal(SignInOutcome.SignedIn, (await records.Accounts.JoinAsync(new JoinRequest(cohort.JoinCode, "Wang Fang", "2026001", "2468"), Ct)).Outcome);
        Assert.Single(await records.Cohorts.ListStudentsAsync(cohort.Id, Ct));
    }

    [Fact]
    public async Task A_taken_number_an_unknown_code_and_short_pins_are_refused()
    {
        await using var records = await RecordsFixture.OpenAsync(Ct);
        var cohort = await records.Cohorts.CreateAsync("teacher", "Class 1", Ct);
        await records.Accounts.JoinAsync(new JoinRequest(cohort.JoinCode, "A", "1", "2468"), Ct);
        Assert.Equal(SignInOutcome.NumberTaken, (await records.Accounts.JoinAsync(new JoinRequest(cohort.JoinCode, "B", "1", "1357"), Ct)).Outcome);
        Assert.Equal(SignInOutcome.UnknownCode, (await records.Accounts.JoinAsync(new JoinRequest("NOSUCH00", "B", "2", "1357"), Ct)).Outcome);
        Assert.Equal(SignInOutcome.Invalid, (await records.Accounts.JoinAsync(new JoinRequest(cohort.JoinCode, "B", "2", "135"), Ct)).Outcome);
        Assert.Equal(SignInOutcome.Invalid, (await records.Accounts.JoinAsync(new JoinRequest(cohort.JoinCode, " ", "2", "1357"), Ct)).Outcome);
    }

    [Fact]
    public async Task Wrong_pins_wait_longer_each_time_and_the_right_one_ends_it()
    {
        await using var records = await RecordsFixture.OpenAsync(Ct);
        var cohort = await records.Cohorts.CreateAsync("teacher", "Class 1", Ct);
        await records.Accounts.JoinAsync(new JoinRequest(cohort.JoinCode, "A", "1", "2468"), Ct);

        for (var i = 0; i < AccountStore.FreeFailures - 1; i++)
            Assert.Equal(SignInOutcome.WrongPin, (await records.Accounts.SignInAsync("1", "0000", null, Ct)).Outcome);
        foreach (var seconds in new[] { 1, 2, 4, 8 })
        {
            Assert.Equal(SignInOutcome.WrongPin, (await records.Accounts.SignInAsync("1", "0000", null, Ct)).Outcome);
            // Even the right PIN is not looked at yet.
            var early = await records.Accounts.SignInAsync("1", "2468", null, Ct);
            Assert.Equal(SignInOutcome.Throttled, early.Outcome);
            Assert.Equal(TimeSpan.FromSeconds(seconds), early.RetryAfter);
            records.Time.Advance(TimeSpan.FromSeconds(seconds));
        }

        Assert.Equal(SignInOutcome.SignedIn, (await records.Accounts.SignInAsync("1", "2468", null, Ct)).Outcome);
        Assert.Equal(SignInOutcome.WrongPin, (await records.Accounts.SignInAsync("1", "0000", null, Ct)).Outcome);
        Assert.Equal(SignInOutcome.SignedIn, (await records.Accounts.SignInAsync("1", "2468", null, Ct)).Outcome);
    }

    [Fact]
    public async Task A_number_in_two_classes_asks_which()
    {
        await using var records = await RecordsFixture.OpenAsync(Ct);
        var first = await records.Cohorts.CreateAsync("teacher", "Class 1", Ct);
        var second = await records.Cohorts.CreateAsync("teacher", "Class 2", Ct);
        await records.Accounts.JoinAsync(new JoinRequest(first.JoinCode, "A", "1", "2468"), Ct);
        await records.Accounts.JoinAsync(new JoinRequest(second.JoinCode, "B", "1", "1357"), Ct);
        var ambiguous = await records.Accounts.SignInAsync("1", "1357", null, Ct);
        Assert.Equal(SignInOutcome.Ambiguous, ambiguous.Outcome);
        Assert.Equal(2, ambiguous.Cohorts!.Count);
        Assert.Equal("B", (await records.Accounts.SignInAsync("1", "1357", second.Id, Ct)).Account!.Name);
    }

    [Fact]
    public async Task A_reset_lets_the_student_choose_a_new_pin_and_ends_sessions()
    {
        await using var records = await RecordsFixture.OpenAsync(Ct);
        var cohort = await records.Cohorts.CreateAsync("teacher", "Class 1", Ct);
        var student = (await records.Accounts.JoinAsync(new JoinRequest(cohort.JoinCode, "A", "1", "2468"), Ct)).Account!;
        var token = await records.Sessions.CreateAsync(student.Id, bearer: false, "127.0.0.1", Ct);
        Assert.False(await records.Cohorts.ResetPinAsync("another", student.Id, Ct));
        Assert.True(await records.Cohorts.ResetPinAsync(cohort.Id, student.Id, Ct));
        Assert.Null(await records.Sessions.FindAsync(token, "127.0.0.1", Ct));
        Assert.Equal(SignInOutcome.WrongPin, (await records.Accounts.SignInAsync("1", "2468", null, Ct)).Outcome);
        Assert.Equal(student.Id, (await records.Accounts.JoinAsync(new JoinRequest(cohort.JoinCode, "A", "1", "9753"), Ct)).Account!.Id);
    }

    [Fact]
    public async Task The_first_link_works_once_and_only_until_somebody_used_one()
    {
        await using var records = await RecordsFixture.OpenAsync(Ct);
        var forgotten = await records.Accounts.CreateFirstInstructorLinkAsync(Ct);
        var link = await records.Accounts.CreateFirstInstructorLinkAsync(Ct);
        Assert.Null(await records.Accounts.RedeemLinkAsync(forgotten!, "Li", "li", "a password", Ct));
        Assert.True(await records.Accounts.IsLinkValidAsync(link!, Ct));
        Assert.NotNull(await records.Accounts.RedeemLinkAsync(link!, "Li", "li", "a password", Ct));
        Assert.Null(await records.Accounts.RedeemLinkAsync(link!, "Eve", "eve", "a password", Ct));
        Assert.Null(await records.Accounts.CreateFirstInstructorLinkAsync(Ct));
        Assert.Equal(AccountKind.Instructor, (await records.Accounts.SignInAsync("li", "a password", null, Ct)).Account!.Kind);
    }

    [Fact]
    public async Task A_link_ends_after_its_lifetime()
    {
        await using var records = await RecordsFixture.OpenAsync(Ct);
        var link = await records.Accounts.CreateFirstInstructorLinkAsync(Ct);
        records.Time.Advance(AccountStore.LinkLifetime);
        Assert.False(await records.Accounts.IsLinkValidAsync(link!, Ct));
    }
}
