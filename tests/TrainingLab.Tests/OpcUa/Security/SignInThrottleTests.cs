using TrainingLab.OpcUa.Security;

namespace TrainingLab.Tests.OpcUa.Security;

/// <summary>Whoever guesses passwords cannot shake off what was counted before.</summary>
public class SignInThrottleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 27, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Made_up_names_do_not_push_out_the_one_that_is_being_guessed()
    {
        var throttle = new SignInThrottle();
        Fail(throttle, "office-pc", "admin", times: 6);
        for (var i = 0; i < 5_000; i++)
        {
            Fail(throttle, "office-pc", $"nobody {i}", times: 1);
        }

        Assert.Equal(TimeSpan.FromSeconds(8), throttle.Reserve("office-pc", "admin", Start));
        Assert.InRange(throttle.Count, 1, SignInThrottle.MaxNamesPerHost + 1);
    }

    [Fact]
    public void Behind_made_up_names_guessing_is_not_free()
    {
        var throttle = new SignInThrottle();
        for (var i = 0; i < SignInThrottle.MaxNamesPerHost; i++)
        {
            Fail(throttle, "office-pc", $"nobody {i}", times: 1);
        }

        Fail(throttle, "office-pc", "admin", times: 3);
        Assert.Equal(TimeSpan.FromSeconds(1), throttle.Reserve("office-pc", "admin", Start));

        // Also with an account of one's own to sign in to in between, and with names as long as a book.
        throttle.Note("office-pc", "guest", succeeded: true, Start);
        Assert.NotEqual(TimeSpan.Zero, throttle.Reserve("office-pc", "root", Start));
        Assert.NotEqual(TimeSpan.Zero, throttle.Reserve("office-pc", new string('x', 100_000), Start));

        // Another host is not held up, and in the end the names give their places.
        Assert.Equal(TimeSpan.Zero, throttle.Reserve("workstation", "admin", Start));
        Assert.Equal(TimeSpan.Zero, throttle.Reserve("office-pc", "root", Start + SignInThrottle.Forgotten + TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public void Hosts_without_number_are_one()
    {
        var throttle = new SignInThrottle();
        Fail(throttle, "office-pc", "admin", times: 4);
        for (var i = 0; i < 5_000; i++)
        {
            Fail(throttle, $"host {i}", "admin", times: 1);
        }

        Assert.Equal(TimeSpan.FromSeconds(2), throttle.Reserve("office-pc", "admin", Start));
        Assert.NotEqual(TimeSpan.Zero, throttle.Reserve("host 4999", "admin", Start));
        Assert.InRange(throttle.Count, 1, (SignInThrottle.MaxHosts * 2) + SignInThrottle.MaxNamesPerHost);
    }

    private static void Fail(SignInThrottle throttle, string host, string user, int times)
    {
        for (var i = 0; i < times; i++)
        {
            throttle.Note(host, user, succeeded: false, Start);
        }
    }
}
