using System.Net;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Tests.Factory.Definitions;

public sealed class DefinitionBinderTests
{
    [Fact]
    public void Every_feature_binds()
    {
        var workshop = Sample.Read("""
            id: hall-1
            title: { en: Hall one, zh: 一号车间 }
            level: 2
            shift: nightShift
            tick: 250ms
            network: 10.10.1.0/24
            broker: broker:1883
            load: 0.75
            running: false
            tags: [a, "2", c]
            with: { speed: 12, ratio: 0.50, name: "7", on: true }
            ports: { 1: uplink, 24: office }
            gateway: 10.10.1.1
            machines:
              - name: filler
                speed: 1.5
                belt: 2.5
              - name: capper
                pair:
                  - belt: { length: 1, colour: red }
                  - chain:
                spares: [{ chain: { links: 4 } }]
            """).Model;

        Assert.Equal("hall-1/2", workshop.Label);
        Assert.Equal("一号车间", workshop.Title.In("zh-CN"));
        Assert.Equal(Shift.NightShift, workshop.Shift);
        Assert.Equal(TimeSpan.FromMilliseconds(250), workshop.Tick);
        Assert.Equal(IPAddress.Parse("10.10.1.1"), workshop.Gateway);
        Assert.Equal((ScalarKind[])[ScalarKind.Integer, ScalarKind.Decimal, ScalarKind.Text, ScalarKind.Boolean], workshop.With.Values.Select(v => v.Kind));
        Assert.Equal("0.50", workshop.With["ratio"].Text);
        Assert.Equal([1, 24], workshop.Ports.Keys);
        Assert.Equal(2.5, Assert.IsType<BeltDrive>(workshop.Machines![0].Drive).Length);
        var pair = Assert.IsType<PairDrive>(workshop.Machines[1].Drive);
        Assert.Equal("red", Assert.IsType<BeltDrive>(pair.Drives[0]).Colour);
        Assert.Equal(10, Assert.IsType<ChainDrive>(pair.Drives[1]).Links);
        Assert.Equal(4, Assert.IsType<ChainDrive>(workshop.Machines[1].Spares[0]).Links);
    }

    [Fact]
    public void What_the_file_does_not_say_takes_its_default()
    {
        var workshop = Sample.Read(Sample.Good).Model;

        Assert.Equal(Shift.Day, workshop.Shift);
        Assert.Equal(TimeSpan.FromSeconds(1), workshop.Tick);
        Assert.Equal(0.5, workshop.Load);
        Assert.True(workshop.Running);
        Assert.Null(workshop.Machines);
        Assert.Null(workshop.Network);
        Assert.Empty(workshop.Tags);
    }

    [Fact]
    public void Every_record_knows_where_it_and_its_values_stand()
    {
        var workshop = Sample.Read("""
            id: hall-1
            title: { en: Hall one, zh: 一号车间 }
            level: 2
            tags: [a, b]
            with:
              speed: 12
            machines:
              - name: filler
                belt: { length: 2 }
            """).Model;

        Assert.Equal(new SourceSpan("hall.yaml", 1, 1), workshop.Origin.Span);
        Assert.Equal((3, 8), (workshop.Origin.Of(nameof(Workshop.Level)).Line, workshop.Origin.Of(nameof(Workshop.Level)).Column));
        Assert.Equal(11, workshop.Origin.Of(nameof(Workshop.Tags), 1).Column);
        Assert.Equal(10, workshop.Origin.Of(nameof(Workshop.With), "speed").Column);
        Assert.Equal(3, workshop.Origin.OfKey(nameof(Workshop.With), "speed").Column);
        Assert.Equal(workshop.Origin.Span, workshop.Origin.Of(nameof(Workshop.Tick)));
        Assert.False(workshop.Origin.Has(nameof(Workshop.Tick)));
        var machine = workshop.Machines![0];
        Assert.Equal("hall.yaml:8:5", machine.Origin.Span.ToString());
        Assert.Equal("hall.yaml:9:11", machine.Origin.Of(nameof(Machine.Drive)).ToString());
        Assert.Equal("hall.yaml:9:21", machine.Drive.Origin.Of(nameof(BeltDrive.Length)).ToString());
    }

    [Fact]
    public void Records_are_equal_wherever_they_stand()
    {
        var one = Sample.Read(Sample.Good + "\nmachines: [{ name: a, belt: 1 }]").Model.Machines![0];
        var two = Sample.Read("\n\n" + Sample.Good + "\nmachines: [{ belt: 1, name: a }]").Model.Machines![0];

        Assert.Equal(one.Drive, two.Drive);
    }

    [Fact]
    public void A_parameter_alone_keeps_its_type_and_within_text_gives_its_text()
    {
        var parameters = ParameterSet.Empty
            .With("level", ScalarValue.Of(3L)).With("hall", ScalarValue.OfText("hall-7"))
            .With("third", ScalarValue.Of(12L)).With("tick", ScalarValue.OfText("5s")).With("port", ScalarValue.Of(8L));

        var workshop = Sample.Read("""
            id: ${hall}
            title: { en: "Hall ${hall}", zh: "车间 ${hall}, $${kept}" }
            level: ${level}
            tick: ${tick}
            network: 10.${third}.0.0/16
            with: { a: "${level}", b: "x${level}" }
            ports: { "${port}": up }
            """, parameters).Model;

        Assert.Equal("hall-7/3", workshop.Label);
        Assert.Equal("车间 hall-7, ${kept}", workshop.Title.Zh);
        Assert.Equal(TimeSpan.FromSeconds(5), workshop.Tick);
        Assert.Equal("10.12.0.0/16", workshop.Network);
        Assert.Equal(ScalarValue.Of(3L), workshop.With["a"]);
        Assert.Equal(ScalarValue.OfText("x3"), workshop.With["b"]);
        Assert.Equal([8], workshop.Ports.Keys);
    }

    [Fact]
    public void A_parameter_out_of_range_is_a_mistake_where_it_is_used()
    {
        var mistake = Assert.Single(Sample.Read(Sample.Good.Replace("level: 2", "level: ${n}"), ParameterSet.Empty.With("n", ScalarValue.Of(7L))).Mistakes);

        Assert.Equal("hall.yaml:3:8: out-of-range: 'level' is 7; write a number from 1 to 3", mistake.ToString());
    }

    [Fact]
    public void Deferred_names_and_a_reading_without_parameters_leave_the_text_as_written()
    {
        var deferred = Sample.Read(Sample.Good + "\ntags: [\"${reply.a.b}\"]", ParameterSet.Empty with { DeferredPrefixes = ["reply."] }).Model;
        var without = Sample.Reader.Read<Workshop>(SourceFile.FromText("a.yaml", Sample.Good.Replace("level: 2", "level: ${n}") + "\ntags: [\"${m}\"]\nnetwork: ${net}\ntick: ${tick}")).Model;

        Assert.Equal("${reply.a.b}", deferred.Tags[0]);
        Assert.Equal("${m}", without.Tags[0]);
        Assert.Equal("${net}", without.Network);
        Assert.Equal(0, without.Level);
        Assert.Equal(TimeSpan.FromSeconds(1), without.Tick);
    }

    [Fact]
    public void An_anchor_can_be_used_again()
    {
        var workshop = Sample.Read(Sample.Good + "\nmachines:\n  - name: a\n    belt: &b { length: 3 }\n  - name: c\n    belt: *b").Model;

        Assert.Equal(3.0, Assert.IsType<BeltDrive>(workshop.Machines![1].Drive).Length);
    }

    [Theory]
    [InlineData("100ms", 0.1)]
    [InlineData("10s", 10)]
    [InlineData("1.5m", 90)]
    [InlineData("8h", 28800)]
    [InlineData("2d", 172800)]
    [InlineData("-5m", -300)]
    public void Durations_read_and_format(string text, double seconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
        Assert.True(Duration.TryParse(Duration.Format(duration), out var again));
        Assert.Equal(duration, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("10")]
    [InlineData("1 s")]
    [InlineData("1e3s")]
    [InlineData("99999999999999d")]
    public void Other_texts_are_no_durations(string text) => Assert.False(Duration.TryParse(text, out _));

    [Theory]
    [InlineData("12", ScalarKind.Integer)]
    [InlineData("-3", ScalarKind.Integer)]
    [InlineData("1.5", ScalarKind.Decimal)]
    [InlineData("1e3", ScalarKind.Decimal)]
    [InlineData("007", ScalarKind.Text)]
    [InlineData("true", ScalarKind.Boolean)]
    [InlineData("yes", ScalarKind.Text)]
    [InlineData("10.10.1.1", ScalarKind.Text)]
    [InlineData("NaN", ScalarKind.Text)]
    [InlineData("", ScalarKind.Text)]
    public void Unquoted_scalars_mean_what_yaml_1_2_says(string text, ScalarKind kind) => Assert.Equal(kind, ScalarValue.FromPlain(text).Kind);

    [Theory]
    [InlineData("dependson", "dependsOn")]
    [InlineData("depends_on", "dependsOn")]
    [InlineData("tilte", "title")]
    [InlineData("zzz", null)]
    public void The_nearest_name_is_suggested(string written, string? expected) =>
        Assert.Equal(expected, Nearest.Of(written, ["dependsOn", "title", "id"]));

    [Fact]
    public void A_kind_is_registered_once() =>
        Assert.Throws<ArgumentException>(() => new KindRegistry().Add<Drive, BeltDrive>("belt").Add<Drive, ChainDrive>("belt"));
}
