namespace TrainingLab.Mqtt.Sparkplug.Validation;

/// <summary>The rules that <see cref="SparkplugValidator"/> can see broken.</summary>
public static class SparkplugRules
{
    private static readonly Dictionary<string, SparkplugRule> ById = Table().ToDictionary(r => r.Id, StringComparer.Ordinal);

    /// <summary>All rules.</summary>
    public static IReadOnlyCollection<SparkplugRule> All => ById.Values;

    /// <summary>The rule of an identifier.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static SparkplugRule Get(string id) => ById[id];

    private static IEnumerable<SparkplugRule> Table() =>
    [
        // Topics, §4.1.
        Must("tck-id-topic-structure", "A topic is spBv1.0/group/type/node, with a device behind it where the type needs one.", "主题形如 spBv1.0/组/类型/节点，类型需要时后面再跟设备。"),
        Must("tck-id-topic-structure-namespace-a", "The first level of a topic is spBv1.0.", "主题第一级是 spBv1.0。"),
        Must("tck-id-topic-structure-namespace-device-id-associated-message-types", "DBIRTH, DDEATH, DDATA and DCMD name a device.", "DBIRTH、DDEATH、DDATA 和 DCMD 的主题要有设备标识。"),
        Must("tck-id-topic-structure-namespace-device-id-non-associated-message-types", "NBIRTH, NDEATH, NDATA, NCMD and STATE name no device.", "NBIRTH、NDEATH、NDATA、NCMD 和 STATE 的主题不得有设备标识。"),

        // QoS and retain, §4.2 and §6.4.
        Must("tck-id-payloads-nbirth-qos", "NBIRTH is published at QoS 0.", "NBIRTH 以 QoS 0 发布。"),
        Must("tck-id-payloads-nbirth-retain", "NBIRTH is not retained.", "NBIRTH 不保留（retain 为假）。"),
        Must("tck-id-payloads-dbirth-qos", "DBIRTH is published at QoS 0.", "DBIRTH 以 QoS 0 发布。"),
        Must("tck-id-payloads-dbirth-retain", "DBIRTH is not retained.", "DBIRTH 不保留（retain 为假）。"),
        Must("tck-id-payloads-ndata-qos", "NDATA is published at QoS 0.", "NDATA 以 QoS 0 发布。"),
        Must("tck-id-payloads-ndata-retain", "NDATA is not retained.", "NDATA 不保留（retain 为假）。"),
        Must("tck-id-payloads-ddata-qos", "DDATA is published at QoS 0.", "DDATA 以 QoS 0 发布。"),
        Must("tck-id-payloads-ddata-retain", "DDATA is not retained.", "DDATA 不保留（retain 为假）。"),
        Must("tck-id-payloads-ncmd-qos", "NCMD is published at QoS 0.", "NCMD 以 QoS 0 发布。"),
        Must("tck-id-payloads-ncmd-retain", "NCMD is not retained.", "NCMD 不保留（retain 为假）。"),
        Must("tck-id-payloads-dcmd-qos", "DCMD is published at QoS 0.", "DCMD 以 QoS 0 发布。"),
        Must("tck-id-payloads-dcmd-retain", "DCMD is not retained.", "DCMD 不保留（retain 为假）。"),
        Must("tck-id-topics-ddeath-mqtt", "DDEATH is published at QoS 0 and not retained.", "DDEATH 以 QoS 0 发布且不保留。"),
        Must("tck-id-payloads-ndeath-will-message-qos", "NDEATH has QoS 1.", "NDEATH 的 QoS 是 1。"),
        Must("tck-id-payloads-ndeath-will-message-retain", "NDEATH is not retained.", "NDEATH 不保留（retain 为假）。"),
        Must("tck-id-host-topic-phid-birth-qos", "STATE online is published at QoS 1.", "STATE 上线消息以 QoS 1 发布。"),
        Must("tck-id-host-topic-phid-birth-retain", "STATE online is retained.", "STATE 上线消息要保留（retain 为真）。"),
        Must("tck-id-host-topic-phid-death-qos", "STATE offline has QoS 1.", "STATE 离线消息的 QoS 是 1。"),
        Must("tck-id-host-topic-phid-death-retain", "STATE offline is retained.", "STATE 离线消息要保留（retain 为真）。"),

        // Payloads as a whole.
        Must("section-6.4.1", "The payload is a Sparkplug B payload in protobuf.", "载荷是 protobuf 编码的 Sparkplug B 载荷。"),
        Must("tck-id-payloads-nbirth-timestamp", "NBIRTH has a timestamp.", "NBIRTH 载荷带时间戳。"),
        Must("tck-id-payloads-dbirth-timestamp", "DBIRTH has a timestamp.", "DBIRTH 载荷带时间戳。"),
        Must("tck-id-payloads-ndata-timestamp", "NDATA has a timestamp.", "NDATA 载荷带时间戳。"),
        Must("tck-id-payloads-ddata-timestamp", "DDATA has a timestamp.", "DDATA 载荷带时间戳。"),
        Must("tck-id-payloads-ddeath-timestamp", "DDEATH has a timestamp.", "DDEATH 载荷带时间戳。"),
        Must("tck-id-payloads-ncmd-timestamp", "NCMD has a timestamp.", "NCMD 载荷带时间戳。"),
        Must("tck-id-payloads-dcmd-timestamp", "DCMD has a timestamp.", "DCMD 载荷带时间戳。"),

        // Sequence numbers.
        Must("tck-id-topics-nbirth-seq-num", "NBIRTH has the sequence number 0.", "NBIRTH 的序号 seq 为 0。"),
        Must("tck-id-payloads-dbirth-seq", "DBIRTH has a sequence number.", "DBIRTH 带序号 seq。"),
        Must("tck-id-payloads-ndata-seq", "NDATA has a sequence number.", "NDATA 带序号 seq。"),
        Must("tck-id-payloads-ddata-seq", "DDATA has a sequence number.", "DDATA 带序号 seq。"),
        Must("tck-id-payloads-ddeath-seq", "DDEATH has a sequence number.", "DDEATH 带序号 seq。"),
        Must("tck-id-payloads-dbirth-seq-inc", "The sequence number of DBIRTH is one more than the node's last; 0 follows 255.", "DBIRTH 的 seq 比该节点上一条大 1，255 之后是 0。"),
        Must("tck-id-payloads-ndata-seq-inc", "The sequence number of NDATA is one more than the node's last; 0 follows 255.", "NDATA 的 seq 比该节点上一条大 1，255 之后是 0。"),
        Must("tck-id-payloads-ddata-seq-inc", "The sequence number of DDATA is one more than the node's last; 0 follows 255.", "DDATA 的 seq 比该节点上一条大 1，255 之后是 0。"),
        Must("tck-id-payloads-ddeath-seq-inc", "The sequence number of DDEATH is one more than the node's last; 0 follows 255.", "DDEATH 的 seq 比该节点上一条大 1，255 之后是 0。"),
        Must("tck-id-payloads-ndeath-seq", "NDEATH has no sequence number.", "NDEATH 不带序号 seq。"),
        Must("tck-id-payloads-ncmd-seq", "NCMD has no sequence number.", "NCMD 不带序号 seq。"),
        Must("tck-id-payloads-dcmd-seq", "DCMD has no sequence number.", "DCMD 不带序号 seq。"),

        // Sessions.
        Must("tck-id-principles-persistence-clean-session-311", "An edge node or host connects with a clean session.", "边缘节点和主机应用以清洁会话（Clean Session）连接。"),
        Must("tck-id-payloads-ndeath-will-message", "The CONNECT of an edge node has NDEATH as its will.", "边缘节点的 CONNECT 以 NDEATH 作遗嘱。"),
        Must("tck-id-topics-ndeath-payload", "NDEATH has one metric, bdSeq, and no other.", "NDEATH 只有一个指标 bdSeq。"),
        Must("tck-id-payloads-ndeath-bdseq", "NDEATH has the bdSeq of the NBIRTH that it ends.", "NDEATH 的 bdSeq 与它所终结的 NBIRTH 相同。"),
        Must("tck-id-message-flow-edge-node-birth-publish-will-message-payload-bdSeq", "The bdSeq of a will is one more than that of the CONNECT before; 0 follows 255.", "遗嘱的 bdSeq 比上一次 CONNECT 大 1，255 之后是 0。"),
        Must("tck-id-payloads-nbirth-bdseq", "NBIRTH has the metric bdSeq.", "NBIRTH 带指标 bdSeq。"),
        Must("tck-id-topics-nbirth-bdseq-matching", "The bdSeq of NBIRTH is that of the will of its connection.", "NBIRTH 的 bdSeq 与本次连接遗嘱中的相同。"),
        Must("tck-id-topics-nbirth-bdseq-increment", "bdSeq grows by one with every CONNECT, and stays in a rebirth.", "bdSeq 每次 CONNECT 加 1，重生（rebirth）时不变。"),
        Must("tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath", "An edge node publishes NDEATH before it disconnects on purpose.", "边缘节点主动断开前先发布 NDEATH。"),
        Must("tck-id-message-flow-edge-node-ncmd-subscribe", "An edge node subscribes its NCMD at QoS 1 before NBIRTH.", "边缘节点在 NBIRTH 之前以 QoS 1 订阅自己的 NCMD。"),
        Must("tck-id-message-flow-device-birth-publish-nbirth-wait", "DBIRTH comes behind the NBIRTH of its node.", "DBIRTH 在其节点的 NBIRTH 之后。"),
        Must("tck-id-payloads-ndata-order", "NDATA comes behind NBIRTH.", "NDATA 在 NBIRTH 之后。"),
        Must("tck-id-payloads-ddata-order", "DDATA comes behind the NBIRTH of its node and its own DBIRTH.", "DDATA 在节点的 NBIRTH 和本设备的 DBIRTH 之后。"),
        Must("tck-id-operational-behavior-data-commands-rebirth-action-2", "A rebirth request is answered by NBIRTH and DBIRTHs.", "收到重生请求后要重发 NBIRTH 和各 DBIRTH。"),

        // Births.
        Must("tck-id-operational-behavior-data-commands-rebirth-name", "NBIRTH has the metric Node Control/Rebirth.", "NBIRTH 带指标 Node Control/Rebirth。"),
        Must("tck-id-operational-behavior-data-commands-rebirth-datatype", "Node Control/Rebirth is Boolean.", "Node Control/Rebirth 的类型是 Boolean。"),
        Must("tck-id-operational-behavior-data-commands-rebirth-value", "Node Control/Rebirth is false in NBIRTH.", "NBIRTH 中 Node Control/Rebirth 的值为 false。"),
        Must("tck-id-operational-behavior-data-commands-rebirth-name-aliases", "Node Control/Rebirth has no alias.", "Node Control/Rebirth 不用别名。"),
        Must("tck-id-payloads-alias-birth-requirement", "Each metric of a birth has a name, also when it has an alias.", "出生消息中的每个指标都有名称，有别名时也一样。"),
        Must("tck-id-payloads-alias-uniqueness", "An alias stands for one metric of the edge node and its devices.", "别名在边缘节点及其设备的全部指标中唯一。"),
        Must("tck-id-payloads-metric-datatype-req", "Each metric of a birth has a data type.", "出生消息中的每个指标都有数据类型。"),
        Must("tck-id-payloads-metric-datatype-value", "A data type is one of those of the specification.", "数据类型是规范所列之一。"),
        Must("tck-id-operational-behavior-data-publish-nbirth-values", "Each metric of NBIRTH has its value, or says that it is null.", "NBIRTH 的每个指标带当前值，或声明为空（is_null）。"),
        Must("tck-id-operational-behavior-data-publish-dbirth-values", "Each metric of DBIRTH has its value, or says that it is null.", "DBIRTH 的每个指标带当前值，或声明为空（is_null）。"),
        Must("section-6.4.17", "A value is carried by the member that its data type asks for, and fits it.", "值放在数据类型所要求的字段中，且在其范围内。"),

        // Data and commands.
        Must("tck-id-payloads-name-requirement", "A metric has a name or an alias.", "指标有名称或别名。"),
        Must("tck-id-payloads-alias-data-cmd-requirement", "In data and commands a metric with an alias has no name.", "在数据和命令中，用别名的指标不再带名称。"),
        Must("tck-id-payloads-name-birth-data-requirement", "Each metric of births and data has a timestamp.", "出生消息和数据消息中的每个指标都有时间戳。"),
        Should("tck-id-case-sensitivity-metric-names", "The names of metrics differ by more than upper and lower case.", "指标名称的区别不只在于大小写。"),
        Should("tck-id-payloads-metric-datatype-not-req", "Metrics of data and commands have no data type: the birth has told it.", "数据和命令中的指标不带数据类型，出生消息已经说明。"),
        Must("tck-id-operational-behavior-data-publish-nbirth", "NBIRTH has every metric that NDATA will have.", "NBIRTH 包含 NDATA 将发布的全部指标。"),
        Must("tck-id-operational-behavior-data-publish-dbirth", "DBIRTH has every metric that DDATA will have.", "DBIRTH 包含 DDATA 将发布的全部指标。"),
        Must("tck-id-operational-behavior-data-publish-nbirth-order", "Values of NBIRTH and NDATA that are not historical are in the order of their timestamps.", "NBIRTH 和 NDATA 中的非历史值按时间先后排列。"),
        Must("tck-id-operational-behavior-data-publish-dbirth-order", "Values of DBIRTH and DDATA that are not historical are in the order of their timestamps.", "DBIRTH 和 DDATA 中的非历史值按时间先后排列。"),
        Should("tck-id-operational-behavior-data-publish-nbirth-change", "NDATA has what has changed, and nothing else.", "NDATA 只发布变化的指标。"),
        Should("tck-id-operational-behavior-data-publish-dbirth-change", "DDATA has what has changed, and nothing else.", "DDATA 只发布变化的指标。"),
        Should("tck-id-operational-behavior-data-commands-ncmd-metric-name", "NCMD has metrics that NBIRTH has.", "NCMD 的指标在 NBIRTH 中出现过。"),
        Should("tck-id-operational-behavior-data-commands-dcmd-metric-name", "DCMD has metrics that DBIRTH has.", "DCMD 的指标在 DBIRTH 中出现过。"),
        Must("tck-id-operational-behavior-data-commands-ncmd-metric-value", "The value of an NCMD fits the data type of its metric.", "NCMD 的值与指标的数据类型相容。"),
        Must("tck-id-operational-behavior-data-commands-dcmd-metric-value", "The value of a DCMD fits the data type of its metric.", "DCMD 的值与指标的数据类型相容。"),
        Must("tck-id-operational-behavior-data-commands-ncmd-rebirth-value", "A rebirth request sets Node Control/Rebirth to true.", "重生请求把 Node Control/Rebirth 置为 true。"),

        // Properties, data sets, templates, §6.4.8 to §6.4.15.
        Must("tck-id-payloads-propertyset-keys-array-size", "A property set has as many keys as values.", "属性集的键与值数目相同。"),
        Must("tck-id-payloads-metric-propertyvalue-type-req", "Properties of births have a type.", "出生消息中的属性有类型。"),
        Must("tck-id-payloads-metric-propertyvalue-type-value", "The type of a property is a basic one, PropertySet or PropertySetList.", "属性的类型是基本类型、PropertySet 或 PropertySetList。"),
        Must("tck-id-payloads-propertyset-quality-value-type", "The property Quality is Int32.", "属性 Quality 的类型是 Int32。"),
        Must("tck-id-payloads-propertyset-quality-value-value", "The property Quality is 0 (bad), 192 (good) or 500 (stale).", "属性 Quality 的值是 0（坏）、192（好）或 500（陈旧）。"),
        Must("tck-id-payloads-dataset-column-size", "A data set says how many columns it has.", "数据集说明其列数。"),
        Must("tck-id-payloads-dataset-column-num-headers", "A data set has as many column names as types.", "数据集的列名与列类型数目相同。"),
        Must("tck-id-payloads-dataset-types-value", "The types of columns are basic ones.", "列的类型是基本类型。"),
        Must("section-6.4.12", "Each row of a data set has one value for each column.", "数据集每行在每列各有一个值。"),
        Must("tck-id-payloads-template-is-definition", "A template says whether it is a definition.", "模板说明自己是否为定义（is_definition）。"),
        Must("tck-id-payloads-template-definition-nbirth-only", "Template definitions are in NBIRTH only.", "模板定义只出现在 NBIRTH 中。"),
        Must("tck-id-payloads-template-definition-ref", "A template definition refers to no template.", "模板定义不引用其他模板（无 template_ref）。"),
        Must("tck-id-payloads-template-instance-ref", "A template instance names its definition.", "模板实例写明其定义（template_ref）。"),
        Must("tck-id-payloads-template-definition-nbirth", "The definition of every template instance is in NBIRTH.", "每个模板实例的定义都在 NBIRTH 中。"),
        Must("tck-id-payloads-template-instance-members", "A template instance has only members that its definition has.", "模板实例的成员都在其定义中。"),
        Must("tck-id-payloads-template-instance-members-birth", "A template instance of a birth has every member of its definition.", "出生消息中的模板实例包含其定义的全部成员。"),
        Must("tck-id-payloads-template-parameter-name-required", "A template parameter has a name.", "模板参数有名称。"),
        Must("tck-id-payloads-template-parameter-type-value", "The type of a template parameter is a basic one.", "模板参数的类型是基本类型。"),

        // Hosts, §4.2.3.
        Must("tck-id-host-topic-phid-birth-topic", "The topic of STATE is spBv1.0/STATE/host.", "STATE 的主题是 spBv1.0/STATE/主机标识。"),
        Must("tck-id-host-topic-phid-birth-payload", "STATE is JSON with online, true or false, and timestamp, milliseconds since 1970 UTC.", "STATE 是 JSON，含 online（布尔）和 timestamp（自 1970 年起的 UTC 毫秒数）。"),
        Must("tck-id-host-topic-phid-birth-payload-timestamp", "STATE online has the timestamp of the will of its connection.", "STATE 上线消息的时间戳与本次连接遗嘱中的相同。"),
        Must("tck-id-message-flow-hid-sparkplug-state-message-delivered", "STATE online that answers a STATE offline has the timestamp of the will of its connection as well.", "用于更正 STATE 离线消息的 STATE 上线消息，其时间戳也与本次连接遗嘱中的相同。"),
        Must("tck-id-host-topic-phid-birth-sub-required", "A host subscribes its own STATE before it tells that it is online.", "主机应用在发布上线消息前订阅自己的 STATE 主题。"),
        Must("tck-id-operational-behavior-host-application-termination", "A host publishes STATE offline before it disconnects on purpose.", "主机应用主动断开前先发布 STATE 离线。"),
        Must("tck-id-host-topic-phid-death-required", "The CONNECT of a host has STATE offline as its will.", "主机应用的 CONNECT 以 STATE 离线作遗嘱。"),
    ];

    private static SparkplugRule Must(string id, string english, string chinese) => new(id, true, english, chinese);

    private static SparkplugRule Should(string id, string english, string chinese) => new(id, false, english, chinese);
}
