using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Tests.Labs.Definitions;

public sealed class VariantDrawTests
{
    private static readonly byte[] s_secret = "installation one"u8.ToArray();
    private static readonly byte[] s_otherSecret = "installation two"u8.ToArray();

    [Fact]
    public void The_same_seed_draws_the_same_values_on_every_machine()
    {
        var values = SampleLab.Catalog().Labs[SampleLab.Id].Draw(7, s_secret);

        // Pinned: a change of this line changes every student's variant.
        Assert.Equal("vlan=11 other=40 lot=LOT-95 secret=blue", string.Join(' ', values.All.Select(v => $"{v.Key}={v.Value}")));
        Assert.Equal(["vlan", "other", "lot"], values.Visible.Select(v => v.Key));
    }

    [Fact]
    public void Only_hidden_values_depend_on_the_secret()
    {
        var lab = SampleLab.Catalog().Labs[SampleLab.Id];
        var hiddenDiffer = 0;
        for (var seed = 1L; seed <= 50; seed++)
        {
            var (one, two) = (lab.Draw(seed, s_secret), lab.Draw(seed, s_otherSecret));
            Assert.Equal(one.Visible, two.Visible);
            hiddenDiffer += one.All["secret"] == two.All["secret"] ? 0 : 1;
        }

        Assert.InRange(hiddenDiffer, 20, 50);
    }

    [Fact]
    public void Adding_a_value_changes_no_other()
    {
        var draws = new OrderedDictionary<string, DrawDefinition> { ["a"] = Integer(1, 1000) };
        var before = VariantDraw.Draw("t/x", draws, 3, s_secret).All["a"];
        draws.Insert(0, "b", Integer(1, 1000));

        Assert.Equal(before, VariantDraw.Draw("t/x", draws, 3, s_secret).All["a"]);
    }

    [Fact]
    public void A_value_differs_from_those_that_it_must_differ_from()
    {
        var draws = new OrderedDictionary<string, DrawDefinition>
        {
            ["a"] = Integer(1, 3),
            ["b"] = Integer(1, 3) with { Not = ["a"] },
            ["c"] = Integer(1, 3) with { Not = ["a", "b"] },
        };
        for (var seed = 1L; seed <= 200; seed++)
        {
            Assert.Equal(3, VariantDraw.Draw("t/x", draws, seed, s_secret).All.Values.Distinct().Count());
        }
    }

    [Fact]
    public void All_values_of_a_range_are_drawn_about_equally_often()
    {
        var draws = new OrderedDictionary<string, DrawDefinition> { ["a"] = Integer(1, 10) };
        var counts = Enumerable.Range(1, 5000).GroupBy(seed => VariantDraw.Draw("t/x", draws, seed, s_secret).All["a"].Text).ToDictionary(g => g.Key, g => g.Count());

        Assert.Equal(10, counts.Count);
        Assert.All(counts.Values, c => Assert.InRange(c, 400, 600));
    }

    [Fact]
    public void Each_kind_gives_every_value_of_its_own()
    {
        Assert.Equal(["10", "15", "20"], Values(new IntegerDraw { From = 10, To = 21, Step = 5 }));
        Assert.Equal(["0.5", "0.6", "0.7"], Values(new DecimalDraw { From = 0.5m, To = 0.75m, Step = 0.1m }));
        Assert.Equal(["x", "2"], Values(new PickDraw { From = [ScalarValue.OfText("x"), ScalarValue.Of(2L)] }));
        var serials = Values(new SerialDraw { Pattern = "L-@#" }).ToList();
        Assert.Equal(240, serials.Distinct(StringComparer.Ordinal).Count());
        Assert.All(serials, s => Assert.Matches("^L-[A-HJ-NP-Z][0-9]$", s));
    }

    [Fact]
    public void A_draw_that_cannot_succeed_throws()
    {
        var draws = new OrderedDictionary<string, DrawDefinition> { ["a"] = Integer(1, 1), ["b"] = Integer(1, 1) with { Not = ["a"] } };

        Assert.Throws<InvalidOperationException>(() => VariantDraw.Draw("t/x", draws, 1, s_secret));
    }

    [Fact]
    public void Values_go_into_evidence_and_come_back()
    {
        var lab = SampleLab.Catalog().Labs[SampleLab.Id];
        var values = lab.Draw(7, s_secret);

        var again = VariantValues.FromJson(values.ToJson(), lab.Draws);

        Assert.Equal(values.All, again.All);
        Assert.Equal(values.Hidden, again.Hidden);
        Assert.Equal("""{"vlan":11,"other":40,"lot":"LOT-95","secret":"blue"}""", values.ToJson().ToJsonString());
    }

    private static DrawDefinition Integer(long from, long to) => new() { Draw = new IntegerDraw { From = from, To = to } };

    private static IEnumerable<string> Values(DrawKind draw) => Enumerable.Range(0, (int)draw.Count).Select(i => draw.At(i).Text);
}
