using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>One cell of the occupation's grid: a domain and an activity. Written <c>networkInterconnection/implementation</c>.</summary>
[Description("domain/activity, such as networkInterconnection/implementation")]
public sealed record Competency(CompetencyDomain Domain, CompetencyActivity Activity) : IParsable<Competency>
{
    /// <inheritdoc />
    public static Competency Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException($"'{s}' is not domain/activity.");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out Competency result)
    {
        result = s?.Split('/') is [var domain, var activity]
            && TryWord<CompetencyDomain>(domain, out var d) && TryWord<CompetencyActivity>(activity, out var a)
                ? new Competency(d, a)
                : null;
        return result is not null;
    }

    /// <inheritdoc />
    public override string ToString() => $"{KeyNames.Of(Domain.ToString())}/{KeyNames.Of(Activity.ToString())}";

    private static bool TryWord<T>(string text, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (KeyNames.Of(candidate.ToString()) == text)
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }
}

/// <summary>The six domains of the occupation 2-02-10-13.</summary>
public enum CompetencyDomain
{
    /// <summary>网络互联.</summary>
    NetworkInterconnection,

    /// <summary>标识解析.</summary>
    IdentifierResolution,

    /// <summary>平台建设.</summary>
    PlatformConstruction,

    /// <summary>数据服务.</summary>
    DataServices,

    /// <summary>应用开发.</summary>
    ApplicationDevelopment,

    /// <summary>安全防护.</summary>
    SecurityProtection,
}

/// <summary>The six activities of the occupation 2-02-10-13.</summary>
public enum CompetencyActivity
{
    /// <summary>规划设计.</summary>
    Planning,

    /// <summary>技术研发.</summary>
    Development,

    /// <summary>测试验证.</summary>
    Test,

    /// <summary>工程实施.</summary>
    Implementation,

    /// <summary>运营管理.</summary>
    Operation,

    /// <summary>运维服务.</summary>
    Maintenance,
}
