namespace TrainingLab.Labs.Definitions.Templates;

/// <summary>A climate sensor that speaks OPC UA and MQTT.</summary>
internal static class DeviceTemplate
{
    public static readonly IReadOnlyList<(string Path, string Text)> Files = [("devices/<<ID>>.device.yaml", Device)];

    private const string Device = """
        id: <<ID>>
        title: { en: Climate sensor, zh: 温湿度传感器 }
        description:
          en: Measures temperature and humidity; it can be read over OPC UA and publishes over MQTT.
          zh: 测量温度和湿度；可通过 OPC UA 读取，并通过 MQTT 发布。
        manufacturer: TrainingLab
        model: TH-1

        # What moves the tags.
        process: { kind: hall-climate }

        # What the machine can be asked; a tag shows the process variable of its own name unless 'variable' says another.
        tags:
          - { name: Temperature }
          - { name: Humidity }

        faces:
          opcua:
            port: 4840
            namespaces: ["urn:traininglab:{device}:climate"]
          mqtt:
            topic: "plant/{device}"
            interval: 5s
        """;
}
