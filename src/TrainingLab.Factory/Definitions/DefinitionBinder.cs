using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace TrainingLab.Factory.Definitions;

/// <summary>
/// Binds a tree to records by reflection, reporting every mistake and going on with placeholders, so that one wrong value hides nothing
/// that follows. See <see cref="DefinitionReader"/> for the rules.
/// </summary>
internal sealed class DefinitionBinder(KindRegistry kinds, Mistakes mistakes, ParameterSet? parameters)
{
    private readonly ScalarBinder _scalars = new(mistakes, parameters);

    /// <summary>Binds a tree to a type; null when nothing useful could be made of it.</summary>
    public object? Bind(DefinitionNode node, Type type) => Bind(node, type, null);

    private object? Bind(DefinitionNode node, Type type, PropertyShape? property)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (typeof(DefinitionNode).IsAssignableFrom(type))
        {
            return type.IsInstanceOfType(node) ? node : Wrong<object>(node, type == typeof(MapNode) ? Wanted.Map : Wanted.List, null);
        }

        if (ScalarBinder.Handles(type))
        {
            return node is ScalarNode scalar
                ? _scalars.Bind(scalar, type, property)
                : Wrong<object>(node, ScalarBinder.WantedFor(type), null);
        }

        if (ItemType(type) is { } item)
        {
            return BindList(node, item, property);
        }

        if (EntryTypes(type) is var (key, value))
        {
            return BindDictionary(node, key, value, property);
        }

        if (type == typeof(LocalizedText))
        {
            return BindLocalizedText(node);
        }

        if (kinds.Of(type) is { Count: > 0 } known)
        {
            return BindKind(node, type, known);
        }

        return type.IsAbstract
            ? throw new ArgumentException($"{type.Name} is abstract and has no registered kinds.", nameof(type))
            : BindRecord(node, type);
    }

    private object? BindRecord(DefinitionNode node, Type type)
    {
        var shape = RecordShape.Of(type);
        if (node is not MapNode map)
        {
            if (shape.Shorthand is { } shorthand)
            {
                var value = Bind(node, shorthand.Type, shorthand);
                return Build(shape, node, new() { [shorthand] = (node, value) });
            }

            // "probe:" with nothing below is a map without keys.
            if (node is not ScalarNode { IsNull: true })
            {
                return Wrong<object>(node, Wanted.Map, null);
            }

            map = new MapNode(node.Span, []);
        }

        var values = new Dictionary<PropertyShape, (DefinitionNode Node, object? Value)>();
        var byKey = shape.Properties.Where(p => !p.IsOneOfKind).ToDictionary(p => p.Key, StringComparer.Ordinal);
        var byKind = shape.Properties.Where(p => p.IsOneOfKind)
            .SelectMany(p => kinds.Of(p.Type).Select(k => (k.Key, Property: p, Type: k.Value)))
            .ToDictionary(k => k.Key, StringComparer.Ordinal);
        foreach (var entry in map.Entries)
        {
            var key = entry.Key.Text;
            if (byKey.TryGetValue(key, out var property))
            {
                if (entry.Value is ScalarNode { IsNull: true } && !IsRecord(property.Type))
                {
                    continue;
                }

                values[property] = (entry.Value, Bind(entry.Value, property.Type, property));
            }
            else if (byKind.TryGetValue(key, out var kind))
            {
                if (values.ContainsKey(kind.Property))
                {
                    ReportOneOf(entry.Key.Span, "only one of these keys may stand here", "这些键只能出现一个", kind.Property);
                    continue;
                }

                values[kind.Property] = (entry.Value, Bind(entry.Value, kind.Type, kind.Property));
            }
            else
            {
                var (en, zh) = entry.Value is ScalarNode { IsNull: true, IsPlain: true } && entry.Key.Span.Line == map.Span.Line
                    ? ("put the text before it in quotes, if the ',' belongs to that text", "如果“,”属于前面的文本，请给该文本加引号")
                    : Nearest.Suggest(key, byKey.Keys.Concat(byKind.Keys));
                mistakes.Add(entry.Key.Span, MistakeCodes.UnknownKey, $"the key '{key}' is not known here", $"此处没有键“{key}”", en, zh);
            }
        }

        foreach (var property in shape.Properties.Where(p => p.IsRequired && !values.ContainsKey(p)))
        {
            ReportMissing(map, property);
        }

        return Build(shape, map, values);
    }

    private static object? Build(RecordShape shape, DefinitionNode node, Dictionary<PropertyShape, (DefinitionNode Node, object? Value)> values)
    {
        object? ValueOf(PropertyShape property) =>
            values.TryGetValue(property, out var bound) && bound.Value is not null ? bound.Value
            : property.IsRequired ? Placeholder(property.Type)
            : property.ParameterDefault;

        foreach (var property in shape.Properties)
        {
            if (property.IsRequired && ValueOf(property) is null)
            {
                return null; // its mistake is already reported
            }
        }

        var record = shape.Constructor.Invoke([.. shape.Properties.Where(p => p.IsParameter).Select(ValueOf)]);
        foreach (var property in shape.Properties.Where(p => !p.IsParameter))
        {
            if (property.IsRequired || (values.TryGetValue(property, out var bound) && bound.Value is not null))
            {
                property.Property.SetValue(record, ValueOf(property));
            }
        }

        if (record is DefinitionRecord)
        {
            var places = values.ToDictionary(v => v.Key.Property.Name, v => v.Value.Node, StringComparer.Ordinal);
            s_origin.SetValue(record, new Origin(node, places));
        }

        return record;
    }

    private static readonly PropertyInfo s_origin = typeof(DefinitionRecord).GetProperty(nameof(DefinitionRecord.Origin))!;

    // A map with exactly one key, the kind's.
    private object? BindKind(DefinitionNode node, Type type, IReadOnlyDictionary<string, Type> known)
    {
        var names = string.Join(", ", known.Keys);
        if (node is not MapNode { Entries: [var only] })
        {
            mistakes.Add(node.Span, MistakeCodes.OneOf,
                "a map with exactly one key is wanted here", "此处需要只有一个键的映射",
                $"write one of: {names}", $"请写其中之一：{names}");
            return null;
        }

        if (known.TryGetValue(only.Key.Text, out var kind))
        {
            return Bind(only.Value, kind, null);
        }

        var (en, zh) = Nearest.Suggest(only.Key.Text, known.Keys);
        mistakes.Add(only.Key.Span, MistakeCodes.UnknownKey,
            $"the key '{only.Key.Text}' is not known here", $"此处没有键“{only.Key.Text}”", en, zh);
        return null;
    }

    private IList BindList(DefinitionNode node, Type itemType, PropertyShape? property)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(itemType))!;
        if (node is not ListNode { Items: var items })
        {
            return Wrong(node, Wanted.List, list)!;
        }

        foreach (var item in items)
        {
            if (item is ScalarNode { IsNull: true } && itemType != typeof(ScalarValue))
            {
                mistakes.Add(item.Span, MistakeCodes.WrongType, "an item of the list is empty", "列表中有空项",
                    "write a value after '- ', or remove the line", "请在“- ”后写值，或删除该行");
            }
            else if (Bind(item, itemType, property) is { } bound)
            {
                list.Add(bound);
            }
        }

        CheckCount(node, items.Length, property);
        return list;
    }

    private IDictionary BindDictionary(DefinitionNode node, Type keyType, Type valueType, PropertyShape? property)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(typeof(OrderedDictionary<,>).MakeGenericType(keyType, valueType))!;
        if (node is not MapNode { Entries: var entries })
        {
            return Wrong(node, Wanted.Map, dictionary)!;
        }

        foreach (var entry in entries)
        {
            var key = _scalars.BindKey(entry.Key, keyType, property);
            var value = Bind(entry.Value, valueType, property);
            if (key is not null && value is not null)
            {
                dictionary[key] = value;
            }
        }

        CheckCount(node, entries.Length, property);
        return dictionary;
    }

    private void CheckCount(DefinitionNode node, int count, PropertyShape? property)
    {
        if (property is null || !(count < property.MinCount || count > property.MaxCount))
        {
            return;
        }

        var (en, zh) = property.MaxCount is { } max
            ? ($"write {property.MinCount} to {max}", $"请写 {property.MinCount} 到 {max} 个")
            : ($"write at least {property.MinCount}", $"请至少写 {property.MinCount} 个");
        mistakes.Add(node.Span, MistakeCodes.OutOfRange,
            $"'{property.Key}' has {count} entries", $"“{property.Key}”有 {count} 项", en, zh);
    }

    private LocalizedText BindLocalizedText(DefinitionNode node)
    {
        if (node is not MapNode map)
        {
            mistakes.Add(node.Span, MistakeCodes.MissingLanguage,
                "a text for users needs both languages", "面向用户的文本需要两种语言",
                "write { en: …, zh: … }", "请写 { en: …, zh: … }");
            var same = node is ScalarNode scalar ? scalar.Text : "";
            return new LocalizedText(same, same);
        }

        string Language(string key)
        {
            var value = map[key] is ScalarNode { IsNull: false } scalar ? _scalars.Bind(scalar, typeof(string), null) as string : null;
            if (string.IsNullOrWhiteSpace(value))
            {
                mistakes.Add(map[key]?.Span ?? map.Span, MistakeCodes.MissingLanguage,
                    $"the text in '{key}' is missing", $"缺少“{key}”文本",
                    $"add '{key}: …'", $"请添加“{key}: …”");
            }

            return value ?? "";
        }

        foreach (var entry in map.Entries.Where(e => e.Key.Text is not ("en" or "zh")))
        {
            mistakes.Add(entry.Key.Span, MistakeCodes.UnknownKey, $"the key '{entry.Key.Text}' is not known here",
                $"此处没有键“{entry.Key.Text}”", "write en and zh", "请写 en 与 zh");
        }

        return new LocalizedText(Language("en"), Language("zh"));
    }

    private void ReportMissing(MapNode map, PropertyShape property)
    {
        if (property.IsOneOfKind)
        {
            ReportOneOf(map.Span, "exactly one of these keys must stand here", "此处必须有且只有一个这样的键", property);
            return;
        }

        var example = $"{property.Key}: {Wanted.Example(property, kinds)}";
        var about = property.Description is { Length: > 0 } text ? $" ({text.TrimEnd('.')})" : "";
        mistakes.Add(map.Span, MistakeCodes.MissingKey,
            $"the key '{property.Key}' is missing", $"缺少键“{property.Key}”",
            $"add '{example}'{about}", $"请添加“{example}”");
    }

    private void ReportOneOf(SourceSpan span, string en, string zh, PropertyShape property)
    {
        var names = string.Join(", ", kinds.Of(property.Type).Keys);
        mistakes.Add(span, MistakeCodes.OneOf, en, zh, $"write one of: {names}", $"请写其中之一：{names}");
    }

    private T? Wrong<T>(DefinitionNode node, Wanted wanted, T? placeholder)
    {
        mistakes.Add(wanted.Mistake(node));
        return placeholder;
    }

    private static object? Placeholder(Type type) =>
        type == typeof(string) ? ""
        : type == typeof(LocalizedText) ? new LocalizedText("", "")
        : type.IsValueType ? Activator.CreateInstance(type)
        : ItemType(type) is { } item ? Activator.CreateInstance(typeof(List<>).MakeGenericType(item))
        : EntryTypes(type) is var (key, value) ? Activator.CreateInstance(typeof(OrderedDictionary<,>).MakeGenericType(key, value))
        : null;

    internal static Type? ItemType(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    internal static (Type Key, Type Value)? EntryTypes(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
            ? (type.GetGenericArguments()[0], type.GetGenericArguments()[1])
            : null;

    private bool IsRecord(Type type) =>
        !ScalarBinder.Handles(type) && ItemType(type) is null && EntryTypes(type) is null
        && type != typeof(LocalizedText) && !typeof(DefinitionNode).IsAssignableFrom(type);
}
