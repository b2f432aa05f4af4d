using System.Globalization;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary>What the <c>mqtt</c> commands say of words that they do not take, and of what became of those they do.</summary>
internal static class MqttTexts
{
    public static readonly LocalizedText NoBroker = new("this plant has no MQTT broker", "该工厂没有 MQTT 消息服务器");
    public static readonly LocalizedText NoTls = new("this broker does not speak TLS", "该消息服务器不使用 TLS");
    public static readonly LocalizedText QoS = new("qos is 0, 1 or 2", "qos 为 0、1 或 2");
    public static readonly LocalizedText PasswordOfNobody = new("a password needs a user", "给出口令时必须给出用户名");
    public static readonly LocalizedText CountAndTime = new("count is from 1 to 5000, for is a duration such as 10s", "count 为 1 至 5000，for 为时长，例如 10s");
    public static readonly LocalizedText NoTopic = new("'{0}' is no topic to publish to: it has at least one character, and no + or #", "“{0}”不能作为发布主题：主题至少有一个字符，且不含 + 或 #");
    public static readonly LocalizedText NoFilter = new("'{0}' is no topic filter: + stands for a whole level, # for all that follow", "“{0}”不是主题过滤器：+ 代表一整级，# 代表其后各级");
    public static readonly LocalizedText Words = new("mqtt needs pub with a topic and a message, sub with a filter, or a word of administration", "mqtt 之后应为 pub（主题和消息）、sub（过滤器）或管理命令");
    public static readonly LocalizedText OtherWords = new("mqtt {0} does not take these words", "mqtt {0} 不接受这些参数");
    public static readonly LocalizedText UserNeeds = new("mqtt user {0} needs a name and --password", "mqtt user {0} 需要用户名和 --password");
    public static readonly LocalizedText UserName = new("a user needs a name", "用户名不能为空");
    public static readonly LocalizedText Allow = new("allow is publish, subscribe, or both with a comma", "allow 为 publish、subscribe，或用逗号分隔的两者");
    public static readonly LocalizedText Certificates = new("mqtt cert takes show, authority, or issue, print or revoke with a name", "mqtt cert 之后应为 show、authority，或 issue、print、revoke 加名称");
    public static readonly LocalizedText Published = new("published {0} bytes to {1}", "已向 {1} 发布 {0} 字节");
    public static readonly LocalizedText NotAcknowledged = new("not acknowledged", "未收到确认");
    public static readonly LocalizedText Refused = new("the broker refuses the subscription {0}", "消息服务器拒绝了订阅 {0}");
    public static readonly LocalizedText Unanswered = new("the connection ended before the broker had answered the subscription", "消息服务器答复订阅之前连接已断开");

    /// <summary>A text in the language of who acts, with its values.</summary>
    public static string Of(ToolboxContext context, LocalizedText text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text.In(context.Language), values);
}
