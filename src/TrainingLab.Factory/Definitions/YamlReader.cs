using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace TrainingLab.Factory.Definitions;

/// <summary>
/// YAML text -> <see cref="DefinitionNode"/>. Only the event layer of the YAML library is used, so nothing in a file can name a type.
/// Duplicate keys, tabs, tags, several documents, and everything over <see cref="YamlLimits"/> are mistakes with their place.
/// </summary>
public static class YamlReader
{
    /// <summary>Reads a file; null when there is no tree to go on with.</summary>
    public static DefinitionNode? Read(SourceFile source, Mistakes mistakes)
    {
        if (source.Text.Length > YamlLimits.MaxFileBytes)
        {
            mistakes.Add(new SourceSpan(source.Path, 1, 1), MistakeCodes.TooLarge,
                $"the file has {source.Text.Length} characters, more than the limit of {YamlLimits.MaxFileBytes}",
                $"文件有 {source.Text.Length} 个字符，超过上限 {YamlLimits.MaxFileBytes}",
                "split it, or move data out of the definition", "请拆分文件，或把数据移出定义");
            return null;
        }

        if (ReportTabs(source, mistakes) || ReportNul(source, mistakes))
        {
            return null;
        }

        var reading = new Reading(source.Path, mistakes);
        try
        {
            return reading.Document(new Parser(new StringReader(source.Text)));
        }
        catch (YamlException e)
        {
            mistakes.Add(YamlSyntax.Explain(source, new SourceSpan(source.Path, int.CreateSaturating(e.Start.Line), int.CreateSaturating(e.Start.Column)), e.Message));
            return null;
        }
        catch (InvalidOperationException e)
        {
            // The scanner of YamlDotNet 16.3 throws this for "a: b" on the line after an unclosed brace.
            mistakes.Add(YamlSyntax.Explain(source, reading.LastPlace, e.Message));
            return null;
        }
        catch (LimitReachedException)
        {
            return null; // already reported
        }
    }

    // YAML forbids tabs in indentation; the parser's own message would name a token rather than the tab.
    private static bool ReportTabs(SourceFile source, Mistakes mistakes)
    {
        var found = false;
        var number = 0;
        foreach (var line in source.Text.AsSpan().EnumerateLines())
        {
            number++;
            var text = line.TrimStart(' ');
            if (text.StartsWith("\t") && !text.Trim().IsEmpty)
            {
                found = true;
                mistakes.Add(new SourceSpan(source.Path, number, line.Length - text.Length + 1), MistakeCodes.Tab,
                    "the line is indented with a tab", "该行使用了制表符缩进",
                    "indent with spaces, two for each level", "请用空格缩进，每级两个");
            }
        }

        return found;
    }

    // The parser would take NUL for the end of the file and silently drop what follows.
    private static bool ReportNul(SourceFile source, Mistakes mistakes)
    {
        var at = source.Text.IndexOf('\0', StringComparison.Ordinal);
        if (at < 0)
        {
            return false;
        }

        var line = 1 + source.Text.AsSpan(0, at).Count('\n');
        mistakes.Add(new SourceSpan(source.Path, line, at - source.Text.LastIndexOf('\n', at)), MistakeCodes.Syntax,
            "the file has a NUL character", "文件中有 NUL 字符", "remove it", "请删除");
        return true;
    }

    private sealed class LimitReachedException : Exception;

    private sealed class Reading(string file, Mistakes mistakes)
    {
        private readonly Dictionary<string, (DefinitionNode Node, int Size)> _anchors = new(StringComparer.Ordinal);
        private int _nodes;
        private int _aliases;

        /// <summary>Where the last thing that could be read stands.</summary>
        public SourceSpan LastPlace { get; private set; } = new(file, 1, 1);

        public DefinitionNode? Document(IParser parser)
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                ReportEmpty();
                return null;
            }

            parser.Consume<DocumentStart>();
            var root = Node(parser, 1);
            parser.Consume<DocumentEnd>();
            if (parser.TryConsume<DocumentStart>(out var second))
            {
                mistakes.Add(At(second.Start), MistakeCodes.NotSupported,
                    "a second document starts here", "此处开始了第二个文档",
                    "write one document per file, without '---'", "每个文件只写一个文档，不要使用“---”");
            }

            if (root is ScalarNode { IsNull: true })
            {
                ReportEmpty();
                return null;
            }

            return root;
        }

        private void ReportEmpty() => mistakes.Add(new SourceSpan(file, 1, 1), MistakeCodes.Empty,
            "the file is empty", "文件是空的",
            "start from a template: lab new lab|scenario|device ID", "可从模板开始：lab new lab|scenario|device ID");

        private DefinitionNode? Node(IParser parser, int depth)
        {
            if (++_nodes > YamlLimits.MaxNodes)
            {
                throw TooMany(parser.Current!.Start);
            }

            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                return Expand(alias);
            }

            var before = _nodes;
            // For some malformed flow maps the parser ends the map between a key and its value.
            var start = parser.Current as NodeEvent
                ?? throw new SyntaxErrorException(parser.Current!.Start, parser.Current.End, "a simple key has no value");
            ReportTag(start);
            DefinitionNode? node;
            if (parser.TryConsume<Scalar>(out var scalar))
            {
                node = new ScalarNode(At(scalar.Start), scalar.Value, scalar.Style == ScalarStyle.Plain);
            }
            else if (depth >= YamlLimits.MaxDepth)
            {
                mistakes.Add(At(start.Start), MistakeCodes.TooDeep,
                    $"lists and maps are nested deeper than {YamlLimits.MaxDepth} levels",
                    $"列表和映射的嵌套超过 {YamlLimits.MaxDepth} 层",
                    "flatten this part", "请减少此处的嵌套层数");
                throw new LimitReachedException();
            }
            else
            {
                node = parser.Accept<SequenceStart>(out _) ? List(parser, depth) : Map(parser, depth);
            }

            if (!start.Anchor.IsEmpty && node is not null)
            {
                _anchors[start.Anchor.Value] = (node, _nodes - before + 1);
            }

            return node;
        }

        private ListNode List(IParser parser, int depth)
        {
            var start = parser.Consume<SequenceStart>();
            var items = ImmutableArray.CreateBuilder<DefinitionNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                if (Node(parser, depth + 1) is { } item)
                {
                    items.Add(item);
                }
            }

            return new ListNode(At(start.Start), items.ToImmutable());
        }

        private MapNode Map(IParser parser, int depth)
        {
            var start = parser.Consume<MappingStart>();
            var entries = ImmutableArray.CreateBuilder<MapEntry>();
            var first = new Dictionary<string, SourceSpan>(StringComparer.Ordinal);
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var place = At(parser.Current!.Start);
                var key = Node(parser, depth + 1);
                var value = Node(parser, depth + 1);
                if (key is not ScalarNode name)
                {
                    mistakes.Add(place, MistakeCodes.WrongType, "a key must be a text", "键必须是文本",
                        "write 'key: value'", "请写成“键: 值”");
                }
                else if (!first.TryAdd(name.Text, name.Span))
                {
                    mistakes.Add(name.Span, MistakeCodes.DuplicateKey,
                        $"the key '{name.Text}' stands here twice, first in line {first[name.Text].Line}",
                        $"键“{name.Text}”重复，首次出现在第 {first[name.Text].Line} 行",
                        "remove one of the two", "请删除其中一个");
                }
                else if (value is not null)
                {
                    entries.Add(new MapEntry(name, value));
                }
            }

            return new MapNode(At(start.Start), entries.ToImmutable());
        }

        private DefinitionNode? Expand(AnchorAlias alias)
        {
            if (++_aliases > YamlLimits.MaxAliases)
            {
                mistakes.Add(At(alias.Start), MistakeCodes.Alias,
                    $"there are more than {YamlLimits.MaxAliases} aliases", $"别名超过 {YamlLimits.MaxAliases} 个",
                    "write the values out", "请直接写出这些值");
                throw new LimitReachedException();
            }

            if (!_anchors.TryGetValue(alias.Value.Value, out var anchor))
            {
                mistakes.Add(At(alias.Start), MistakeCodes.Alias,
                    $"the alias *{alias.Value.Value} stands before its anchor is complete, or has none",
                    $"别名 *{alias.Value.Value} 没有对应的锚点，或锚点尚未结束",
                    $"write &{alias.Value.Value} at an earlier value", $"请在更早的值处写 &{alias.Value.Value}");
                return null;
            }

            _nodes += anchor.Size - 1;
            return _nodes > YamlLimits.MaxNodes ? throw TooMany(alias.Start) : anchor.Node;
        }

        private LimitReachedException TooMany(Mark mark)
        {
            mistakes.Add(At(mark), MistakeCodes.TooLarge,
                $"the file has more than {YamlLimits.MaxNodes} values, aliases expanded",
                $"展开别名后，文件中的值超过 {YamlLimits.MaxNodes} 个",
                "split it, or use fewer aliases", "请拆分文件，或减少别名");
            return new LimitReachedException();
        }

        private void ReportTag(NodeEvent node)
        {
            if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
            {
                mistakes.Add(At(node.Start), MistakeCodes.NotSupported,
                    $"the tag {node.Tag.Value} is not used in definitions", $"定义中不使用标签 {node.Tag.Value}",
                    "remove it; quote the value to make it a text", "请删除标签；如需文本请加引号");
            }
        }

        private SourceSpan At(Mark mark) =>
            LastPlace = new SourceSpan(file, int.CreateSaturating(mark.Line), int.CreateSaturating(mark.Column));
    }
}
