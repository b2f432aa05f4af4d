using System.Collections.Concurrent;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace TrainingLab.Factory.Definitions;

/// <summary>What the binder and the schema know of a record type: its keys, which are required, their defaults and limits.</summary>
internal sealed class RecordShape
{
    private static readonly ConcurrentDictionary<Type, RecordShape> s_shapes = new();

    private RecordShape(Type type)
    {
        Type = type;
        Description = type.GetCustomAttribute<DescriptionAttribute>(inherit: false)?.Description;
        var constructor = type.GetConstructors()
            .Where(c => c.GetParameters() is not [{ } only] || only.ParameterType != type)
            .OrderByDescending(c => c.GetParameters().Length)
            .FirstOrDefault() ?? throw new ArgumentException($"{type.Name} has no public constructor.", nameof(type));
        Constructor = constructor;
        var nullability = new NullabilityInfoContext();
        var properties = new List<PropertyShape>();
        foreach (var parameter in constructor.GetParameters())
        {
            var property = type.GetProperty(parameter.Name!)
                ?? throw new ArgumentException($"{type.Name}: the parameter {parameter.Name} has no property.", nameof(type));
            properties.Add(new PropertyShape(property, parameter, nullability));
        }

        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is not null && property.Name != nameof(DefinitionRecord.Origin)
                && properties.TrueForAll(p => p.Property.Name != property.Name)
                && property.GetCustomAttribute<NotAKeyAttribute>() is null)
            {
                properties.Add(new PropertyShape(property, null, nullability));
            }
        }

        Properties = properties;
        Shorthand = properties.Find(p => p.Has<ShorthandAttribute>());
    }

    public Type Type { get; }

    public string? Description { get; }

    public ConstructorInfo Constructor { get; }

    public IReadOnlyList<PropertyShape> Properties { get; }

    public PropertyShape? Shorthand { get; }

    public static RecordShape Of(Type type) => s_shapes.GetOrAdd(type, t => new RecordShape(t));
}

/// <summary>One key of a record.</summary>
internal sealed class PropertyShape
{
    private readonly ParameterInfo? _parameter;

    public PropertyShape(PropertyInfo property, ParameterInfo? parameter, NullabilityInfoContext nullability)
    {
        _parameter = parameter;
        Property = property;
        Key = KeyNames.Of(property.Name);
        var underlying = Nullable.GetUnderlyingType(property.PropertyType);
        Type = underlying ?? property.PropertyType;
        IsNullable = underlying is not null || nullability.Create(property).ReadState == NullabilityState.Nullable;
        IsRequired = parameter is not null
            ? !parameter.HasDefaultValue && !IsNullable
            : property.GetCustomAttribute<RequiredMemberAttribute>() is not null;
        Description = Get<DescriptionAttribute>()?.Description;
        IsOneOfKind = Get<OneOfKindAttribute>() is not null;
        Form = Get<FormAttribute>();
        Range = Get<RangeAttribute>();
        DurationRange = Get<DurationRangeAttribute>();
        (MinCount, MaxCount) = Get<LengthAttribute>() is { } length
            ? (length.MinimumLength, (int?)length.MaximumLength)
            : (Get<MinLengthAttribute>()?.Length ?? 0, Get<MaxLengthAttribute>()?.Length);
    }

    public PropertyInfo Property { get; }

    public string Key { get; }

    public Type Type { get; }

    public bool IsNullable { get; }

    public bool IsRequired { get; }

    public bool IsOneOfKind { get; }

    public string? Description { get; }

    public FormAttribute? Form { get; }

    public RangeAttribute? Range { get; }

    public DurationRangeAttribute? DurationRange { get; }

    public int MinCount { get; }

    public int? MaxCount { get; }

    public bool IsParameter => _parameter is not null;

    /// <summary>The value when the file does not say it; only for constructor parameters.</summary>
    public object? ParameterDefault => _parameter is { HasDefaultValue: true } p
        ? p.DefaultValue ?? (Nullable.GetUnderlyingType(p.ParameterType) is null && p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : null)
        : null;

    // An attribute of a positional record may stand on the parameter or, with "property:", on the property.
    public TAttribute? Get<TAttribute>()
        where TAttribute : Attribute =>
        Property.GetCustomAttribute<TAttribute>() ?? _parameter?.GetCustomAttribute<TAttribute>();

    public bool Has<TAttribute>()
        where TAttribute : Attribute => Get<TAttribute>() is not null;
}

/// <summary>How C# names become keys and words in YAML: camelCase.</summary>
public static class KeyNames
{
    /// <summary>The key for a property, or the word for a member of an enumeration: <c>DependsOn</c> -> <c>dependsOn</c>.</summary>
    public static string Of(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
