using System.Text.Json.Nodes;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Numerics;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Processes.Packaging;

/// <summary>
/// What the machines of a bottling line have in common: a PackML unit that takes bottles from the buffer before it and puts good ones into
/// the buffer behind it. Starved or blocked it suspends itself; a jam holds it until the emulated operator has cleared it.
/// </summary>
/// <remarks>
/// Availability is RunTime/PlannedProductionTime, performance IdealCycle·ProdProcessedCount/RunTime, quality
/// (ProdProcessedCount − ProdDefectiveCount)/ProdProcessedCount (ISO 22400: A=APT/PBT, P=PRI·PQ/APT, Q=GQ/PQ). RunTime counts the state Execute.
/// </remarks>
public abstract class BottlingMachine : IMaterialMachine, IPowerConsumer
{
    /// <summary>Time without a bottle, or without space, until the machine suspends itself.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(2);

    /// <summary>Stop reason of a breakdown that the scenario declares.</summary>
    private const int BreakdownReason = 390;

    /// <summary>A full line of bottles must wait before a starved machine starts again, or be free before a blocked one does.</summary>
    private const long RestartUnits = 24;

    private readonly BottlingMachineSettings settings;
    private readonly PackMLUnit unit;
    private readonly FirstOrderLag speed;
    private readonly SeededChance jams;
    private readonly SeededChance defects;
    private readonly ProcessVariable command;
    private readonly ProcessVariable machSpeed;
    private readonly ProcessVariable infeedOpen;
    private readonly ProcessVariable outfeedOpen;
    private readonly ProcessVariable stateCurrent;
    private readonly ProcessVariable curMachSpeed;
    private readonly ProcessVariable starved;
    private readonly ProcessVariable blocked;
    private readonly ProcessVariable processed;
    private readonly ProcessVariable defective;
    private readonly ProcessVariable stopReason;
    private readonly ProcessVariable planned;
    private readonly ProcessVariable runTime;
    private readonly ProcessVariable power;
    private readonly ProcessVariable energy;

    private double progress;
    private long plannedTicks;
    private long runTicks;
    private TimeSpan starvedFor;
    private TimeSpan blockedFor;
    private double runUntilJam;
    private TimeSpan repairLeft;
    private bool jammed;
    private bool startWhenIdle;
    private bool stoppedByPlan;

    private protected BottlingMachine(BottlingMachineSettings settings, ComponentContext context)
    {
        this.settings = settings;
        Name = context.Name;
        unit = new PackMLUnit(settings.AutoStart ? PackMLState.Execute : PackMLState.Stopped);
        speed = new FirstOrderLag(settings.SpeedTimeConstant) { Value = settings.AutoStart ? settings.Speed : 0 };
        jams = context.Chance.Derive("jams");
        defects = context.Chance.Derive("defects");
        runUntilJam = jams.Exponential(settings.MeanTimeBetweenJams.TotalSeconds);

        var speedRange = new TagRange(0, settings.DesignSpeed);
        command = Declared.Input("CntrlCmd", 0L, null, new("command: 1 reset, 2 start, 3 stop, 4 hold, 5 unhold, 6 suspend, 7 unsuspend, 8 abort, 9 clear, 10 complete", "控制命令：1 复位，2 启动，3 停止，4 保持，5 解除保持，6 挂起，7 解除挂起，8 急停，9 清除，10 完成"), new TagRange(0, 10));
        machSpeed = Declared.Input("MachSpeed", settings.Speed, "C94", new("set speed, units per minute", "设定速度（件/分钟）"), speedRange);
        infeedOpen = Declared.Input("InfeedOpen", true, null, new("whether units reach it", "进料是否畅通"));
        outfeedOpen = Declared.Input("OutfeedOpen", true, null, new("whether units can leave it", "出料是否畅通"));
        stateCurrent = Declared.Output("StateCurrent", TagKind.Integer, null, new("PackML state", "PackML 状态"), new TagRange(0, 17));
        curMachSpeed = Declared.Output("CurMachSpeed", TagKind.Double, "C94", new("speed now, units per minute", "当前速度（件/分钟）"), speedRange);
        starved = Declared.Output("EquipmentInterlock.Starved", TagKind.Boolean, null, new("nothing comes from upstream", "上游缺料"));
        blocked = Declared.Output("EquipmentInterlock.Blocked", TagKind.Boolean, null, new("nothing can go downstream", "下游堵料"));
        processed = Declared.Output("ProdProcessedCount", TagKind.Integer, "C62", new("units processed, good and defective", "加工总数（含次品）"));
        defective = Declared.Output("ProdDefectiveCount", TagKind.Integer, "C62", new("units that came out defective", "次品数"));
        stopReason = Declared.Output("StopReason", TagKind.Integer, null, new("why it stands: 0 it does not, 100 planned, 200 starved, 201 blocked, from 300 jams, 900 operator", "停机原因：0 无，100 计划停机，200 缺料，201 堵料，300 起为故障，900 操作员"));
        planned = Declared.Output("PlannedProductionTime", TagKind.Double, "SEC", new("time outside planned stops", "计划生产时间"));
        runTime = Declared.Output("RunTime", TagKind.Double, "SEC", new("time in Execute", "运行时间"));
        var idealCycle = Declared.Output("IdealCycle", TagKind.Double, "SEC", new("time per unit at design speed", "理想节拍"));
        idealCycle.Number = 60 / settings.DesignSpeed;
        power = Declared.Output("Power", TagKind.Double, "KWT", new("active power", "有功功率"), new TagRange(0, Math.Max(settings.Power, settings.IdlePower) * 1.2));
        energy = Declared.Output("Energy", TagKind.Double, "KWH", new("energy used", "累计电能"));
        Show();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ProcessVariable> Variables => Declared.All;

    /// <inheritdoc/>
    public IMaterialBuffer? Infeed { get; set; }

    /// <inheritdoc/>
    public IMaterialBuffer? Outfeed { get; set; }

    /// <inheritdoc/>
    public long Taken => processed.Count;

    /// <inheritdoc/>
    public long Rejected => defective.Count;

    /// <inheritdoc/>
    public double PowerKilowatts => power.Number;

    /// <summary>The state now.</summary>
    public PackMLState State => unit.State;

    private protected ProcessVariables Declared { get; } = new();

    /// <summary>Codes of its jams, from 300 on, to pick from.</summary>
    protected virtual int JamReasons => 3;

    private bool Producing => unit.State == PackMLState.Execute;

    /// <inheritdoc/>
    public void Step(ProcessStep step)
    {
        var isPlannedStop = settings.PlannedStops.Contains(step.PlantTime.TimeOfDay);
        if (!isPlannedStop)
            plannedTicks += step.Delta.Ticks;
        TakeCommand();
        Operate(isPlannedStop, settings.Breakdowns.Contains(step.PlantTime.TimeOfDay), step.Delta);
        unit.Step(step.Delta);

        var target = Producing ? Math.Clamp(machSpeed.Number, 0, settings.DesignSpeed) * LineShare() : 0;
        curMachSpeed.Number = speed.Step(target, step.Delta);
        if (Producing)
        {
            runTicks += step.Delta.Ticks;
            Produce(step.Delta);
            Wear(step.Delta);
        }
        StepOwn(step, Producing);

        var share = curMachSpeed.Number / settings.DesignSpeed;
        power.Number = settings.IdlePower + ((settings.Power - settings.IdlePower) * share);
        energy.Number += power.Number * step.Delta.TotalHours;
        Show();
    }

    /// <inheritdoc/>
    public JsonNode Save()
    {
        var state = new JsonObject
        {
            ["v"] = 1,
            ["variables"] = Declared.Save(),
            ["unit"] = unit.Save(),
            ["speed"] = speed.Value,
            ["progress"] = progress,
            ["plannedTicks"] = plannedTicks,
            ["runTicks"] = runTicks,
            ["starvedFor"] = starvedFor.Ticks,
            ["blockedFor"] = blockedFor.Ticks,
            ["runUntilJam"] = runUntilJam,
            ["repairLeft"] = repairLeft.Ticks,
            ["jammed"] = jammed,
            ["startWhenIdle"] = startWhenIdle,
            ["stoppedByPlan"] = stoppedByPlan,
            ["jams"] = jams.Save(),
            ["defects"] = defects.Save(),
        };
        SaveOwn(state);
        return state;
    }

    /// <inheritdoc/>
    public void Load(JsonNode state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if ((int?)state["v"] != 1)
            throw new NotSupportedException($"Version {state["v"]} of a bottling machine's state is not known.");
        Declared.Load(state["variables"]!);
        unit.Load(state["unit"]!);
        speed.Value = (double)state["speed"]!;
        progress = (double)state["progress"]!;
        plannedTicks = (long)state["plannedTicks"]!;
        runTicks = (long)state["runTicks"]!;
        starvedFor = new TimeSpan((long)state["starvedFor"]!);
        blockedFor = new TimeSpan((long)state["blockedFor"]!);
        runUntilJam = (double)state["runUntilJam"]!;
        repairLeft = new TimeSpan((long)state["repairLeft"]!);
        jammed = (bool)state["jammed"]!;
        startWhenIdle = (bool)state["startWhenIdle"]!;
        stoppedByPlan = (bool)state["stoppedByPlan"]!;
        jams.Load((string)state["jams"]!);
        defects.Load((string)state["defects"]!);
        LoadOwn(state.AsObject());
    }

    /// <summary>Processes one unit; true when it came out defective for a cause of this kind of machine.</summary>
    protected abstract bool ProcessUnit();

    /// <summary>Goes on with what only this kind of machine has.</summary>
    protected abstract void StepOwn(ProcessStep step, bool producing);

    /// <summary>Adds its own state.</summary>
    protected abstract void SaveOwn(JsonObject state);

    /// <summary>Reads its own state.</summary>
    protected abstract void LoadOwn(JsonObject state);

    /// <summary>The operator has seen to a jam.</summary>
    /// <param name="reason">Its code.</param>
    protected virtual void OnJamCleared(int reason)
    {
    }

    /// <summary>Stops for an internal cause until the operator has seen to it.</summary>
    /// <param name="reason">Its code, from 300 on.</param>
    /// <param name="repairTime">How long that takes.</param>
    protected void Jam(int reason, TimeSpan repairTime)
    {
        if (!unit.TryCommand(PackMLCommand.Hold))
            return;
        jammed = true;
        repairLeft = repairTime;
        stopReason.Count = reason;
    }

    private void TakeCommand()
    {
        var given = (PackMLCommand)command.Count;
        if (given == PackMLCommand.None)
            return;
        command.Count = 0;
        if (!unit.TryCommand(given))
            return;
        switch (given)
        {
            case PackMLCommand.Start or PackMLCommand.Unhold or PackMLCommand.Unsuspend:
                Cleared();
                break;
            case PackMLCommand.Stop or PackMLCommand.Abort or PackMLCommand.Hold or PackMLCommand.Suspend or PackMLCommand.Complete:
                // Somebody means it: the emulated operator keeps away until somebody starts it again.
                jammed = false;
                stoppedByPlan = false;
                startWhenIdle = false;
                stopReason.Count = 900;
                break;
        }
    }

    /// <summary>What the emulated operator and the machine's own interlocks do.</summary>
    private void Operate(bool isPlannedStop, bool isBrokenDown, TimeSpan delta)
    {
        if (isBrokenDown && Producing)
            Jam(BreakdownReason, TimeSpan.Zero);
        if (isPlannedStop)
        {
            if (settings.AutoStart && !stoppedByPlan && stopReason.Count != 900 && unit.TryCommand(PackMLCommand.Stop))
            {
                stoppedByPlan = true;
                jammed = false;
                stopReason.Count = 100;
            }
        }
        else if (stoppedByPlan)
        {
            stoppedByPlan = false;
            startWhenIdle = unit.State == PackMLState.Idle || unit.TryCommand(PackMLCommand.Reset);
        }
        if (startWhenIdle && unit.State == PackMLState.Idle && unit.TryCommand(PackMLCommand.Start))
        {
            startWhenIdle = false;
            stopReason.Count = 0;
        }
        if (jammed && unit.State == PackMLState.Held)
        {
            repairLeft -= delta;
            if (repairLeft <= TimeSpan.Zero && !isBrokenDown && unit.TryCommand(PackMLCommand.Unhold))
                Cleared();
        }
        Interlock(delta);
    }

    private void Cleared()
    {
        if (jammed)
            OnJamCleared((int)stopReason.Count);
        jammed = false;
        stopReason.Count = 0;
    }

    private void Interlock(TimeSpan delta)
    {
        var available = Available();
        var space = Space();
        if (Producing)
        {
            starvedFor = available == 0 ? starvedFor + delta : TimeSpan.Zero;
            blockedFor = space == 0 ? blockedFor + delta : TimeSpan.Zero;
            starved.Flag = starvedFor >= patience;
            blocked.Flag = blockedFor >= patience;
            if ((starved.Flag || blocked.Flag) && unit.TryCommand(PackMLCommand.Suspend))
                stopReason.Count = blocked.Flag ? 201 : 200;
            return;
        }
        starvedFor = blockedFor = TimeSpan.Zero;
        starved.Flag = starved.Flag && available < Math.Min(RestartUnits, Infeed?.Capacity ?? RestartUnits);
        blocked.Flag = blocked.Flag && space < Math.Min(RestartUnits, Outfeed?.Capacity ?? RestartUnits);
        if (!starved.Flag && !blocked.Flag && stopReason.Count is 200 or 201 && unit.TryCommand(PackMLCommand.Unsuspend))
            stopReason.Count = 0;
    }

    private long Available() => !infeedOpen.Flag ? 0 : Infeed?.Available ?? long.MaxValue;

    private long Space() => !outfeedOpen.Flag ? 0 : Outfeed?.Space ?? long.MaxValue;

    /// <summary>Line control: a machine runs slower while little waits before it, so that it need not stop all the time.</summary>
    private double LineShare() => Infeed is null ? 1 : Math.Min(1, 0.4 + (2.4 * Infeed.Available / Infeed.Capacity));

    private void Produce(TimeSpan delta)
    {
        progress += curMachSpeed.Number * delta.TotalMinutes;
        var count = Math.Min((long)progress, Math.Min(Available(), Space()));
        progress -= count;
        // What could not be made for want of bottles or space is lost, not saved up.
        progress = Math.Min(progress, 1);
        if (count == 0)
            return;
        Infeed?.Take(count);
        var bad = 0L;
        for (var i = 0L; i < count; i++)
        {
            var unlucky = defects.Happens(settings.DefectRate);
            if (ProcessUnit() | unlucky)
                bad++;
        }
        processed.Count += count;
        defective.Count += bad;
        Outfeed?.Put(count - bad);
    }

    private void Wear(TimeSpan delta)
    {
        if (settings.MeanTimeBetweenJams == TimeSpan.Zero)
            return;
        runUntilJam -= delta.TotalSeconds;
        if (runUntilJam > 0)
            return;
        runUntilJam = jams.Exponential(settings.MeanTimeBetweenJams.TotalSeconds);
        // Somebody must notice and walk there: a quarter of the mean is always spent.
        var repair = settings.MeanRepairTime * (0.25 + (0.75 * jams.Exponential(1)));
        Jam(300 + (int)jams.Integer(1, JamReasons), repair);
    }

    private void Show()
    {
        stateCurrent.Count = (int)unit.State;
        planned.Number = (double)plannedTicks / TimeSpan.TicksPerSecond;
        runTime.Number = (double)runTicks / TimeSpan.TicksPerSecond;
    }
}
