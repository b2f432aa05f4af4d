using System.Text.Json.Nodes;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Numerics;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Processes;

/// <summary>Temperature and humidity of a hall: a sine over the day, warmest in the afternoon, plus Ornstein-Uhlenbeck noise; dry when warm.</summary>
public sealed class HallClimate : IProcess
{
    private const double WarmestHour = 15;

    private readonly double temperatureMean;
    private readonly double temperatureSwing;
    private readonly double humidityMean;
    private readonly double humiditySwing;
    private readonly OrnsteinUhlenbeck temperatureNoise;
    private readonly OrnsteinUhlenbeck humidityNoise;
    private readonly ProcessVariables declared = new();
    private readonly ProcessVariable temperature;
    private readonly ProcessVariable humidity;

    private HallClimate(ParameterSet parameters, ComponentContext context)
    {
        Name = context.Name;
        temperatureMean = parameters.Number("temperature");
        temperatureSwing = parameters.Number("temperatureSwing");
        humidityMean = parameters.Number("humidity");
        humiditySwing = parameters.Number("humiditySwing");
        temperatureNoise = new OrnsteinUhlenbeck(parameters.Number("temperatureNoise"), TimeSpan.FromMinutes(20), context.Chance.Derive("temperature"));
        humidityNoise = new OrnsteinUhlenbeck(parameters.Number("humidityNoise"), TimeSpan.FromMinutes(30), context.Chance.Derive("humidity"));
        temperature = declared.Output("Temperature", TagKind.Double, "CEL", new("air temperature", "环境温度"), new TagRange(-10, 60));
        humidity = declared.Output("Humidity", TagKind.Double, "P1", new("relative humidity", "相对湿度"), new TagRange(0, 100));
        temperature.Number = temperatureMean;
        humidity.Number = humidityMean;
    }

    /// <summary>The kind <c>hall-climate</c>.</summary>
    public static Kind<IProcess> Kind { get; } = new(
        "hall-climate",
        new("temperature and humidity of a hall over the day", "车间温湿度（日变化）"),
        [
            new("temperature", ParameterKind.Number) { Default = 23.0, Minimum = -10, Maximum = 60, Unit = "CEL", Description = new("mean over the day", "日平均温度") },
            new("temperatureSwing", ParameterKind.Number) { Default = 3.0, Minimum = 0, Maximum = 30, Unit = "CEL", Description = new("half the difference between day and night", "昼夜温差的一半") },
            new("temperatureNoise", ParameterKind.Number) { Default = 0.4, Minimum = 0, Maximum = 10, Unit = "CEL", Description = new("standard deviation of the noise", "温度噪声标准差") },
            new("humidity", ParameterKind.Number) { Default = 50.0, Minimum = 0, Maximum = 100, Unit = "P1", Description = new("mean over the day", "日平均湿度") },
            new("humiditySwing", ParameterKind.Number) { Default = 8.0, Minimum = 0, Maximum = 50, Unit = "P1", Description = new("half the difference between day and night", "昼夜湿差的一半") },
            new("humidityNoise", ParameterKind.Number) { Default = 1.5, Minimum = 0, Maximum = 20, Unit = "P1", Description = new("standard deviation of the noise", "湿度噪声标准差") },
        ],
        (parameters, context) => new HallClimate(parameters, context));

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ProcessVariable> Variables => declared.All;

    /// <inheritdoc/>
    public void Step(ProcessStep step)
    {
        var day = StableMath.Cos(2 * Math.PI * (step.PlantTime.TimeOfDay.TotalHours - WarmestHour) / 24);
        temperature.Number = temperatureMean + (temperatureSwing * day) + temperatureNoise.Step(step.Delta);
        humidity.Number = Math.Clamp(humidityMean - (humiditySwing * day) + humidityNoise.Step(step.Delta), 0, 100);
    }

    /// <inheritdoc/>
    public JsonNode Save() => new JsonObject
    {
        ["v"] = 1,
        ["variables"] = declared.Save(),
        ["temperatureNoise"] = temperatureNoise.Save(),
        ["humidityNoise"] = humidityNoise.Save(),
    };

    /// <inheritdoc/>
    public void Load(JsonNode state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if ((int?)state["v"] != 1)
            throw new NotSupportedException($"Version {state["v"]} of a hall climate's state is not known.");
        declared.Load(state["variables"]!);
        temperatureNoise.Load(state["temperatureNoise"]!);
        humidityNoise.Load(state["humidityNoise"]!);
    }
}
