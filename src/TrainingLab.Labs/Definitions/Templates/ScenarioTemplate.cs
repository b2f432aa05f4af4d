namespace TrainingLab.Labs.Definitions.Templates;

/// <summary>A plant as small as it can be and still be one: a machine, a sensor, a broker and the student, all on one switch.</summary>
internal static class ScenarioTemplate
{
    public static readonly IReadOnlyList<(string Path, string Text)> Files = [("scenarios/<<ID>>.scenario.yaml", Scenario)];

    private const string Scenario = """
        id: <<ID>>
        title: { en: A small hall, zh: 小型车间 }
        description:
          en: One filler and one climate sensor beside a broker, all on one switch.
          zh: 一台灌装机、一个温湿度传感器和一个消息代理，接在同一台交换机上。

        # Values that a lab may set with 'with', and their defaults.
        parameters:
          hallVlan: 10

        start: 2026-03-02T06:00:00Z
        tick: 100ms

        network:
          workstation: workstation
          vlans:
            - { id: "${hallVlan}", name: hall }
          switches:
            - id: sw-1
              address: 10.20.1.250/24
              managementVlan: "${hallVlan}"
              ports:
                1: { access: "${hallVlan}", label: filler-1 }
                2: { access: "${hallVlan}", label: climate-1 }
                3: { access: "${hallVlan}", label: broker }
                4: { access: "${hallVlan}", label: workstation }
          hosts:
            - id: workstation
              title: { en: Your workstation, zh: 你的工作站 }
              at: { address: 10.20.1.10/24, switch: sw-1, port: 4 }

        devices:
          - { id: filler-1, profile: filler, at: { address: 10.20.1.11/24, switch: sw-1, port: 1 } }
          - { id: climate-1, profile: hall-climate, at: { address: 10.20.1.12/24, switch: sw-1, port: 2 } }

        services:
          broker:
            id: broker
            at: { address: 10.20.1.5/24, switch: sw-1, port: 3 }
        """;
}
