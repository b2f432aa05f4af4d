using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.OpcUa.Events.Conditions;

/// <summary>
/// An alarm without branches (AlarmConditionType, OPC 10000-9, 5.8.2): it watches a variable, becomes active and inactive, and waits to be acknowledged and confirmed. Every change is
/// an event, and the nodes of the condition always show the last one. It keeps the rules of the standard's own example (OPC 10000-9, B.1.3).
/// </summary>
public abstract partial class AlarmCondition : IValueWatcher
{
    /// <summary>Events whose ids can be acknowledged: all since the alarm last got worse, at most so many.</summary>
    private const int MaxRecentEvents = 32;

    private readonly OpcUaServer _server;
    private readonly AlarmOptions _options;
    private readonly Queue<byte[]> _recent = new();
    private Dictionary<string, VariableNode> _nodes = [];
    private ContextTimer? _delay;
    private ContextTimer? _unshelve;
    private NodeId _type;
    private StatusCode _quality;
    private DateTime? _pendingSince;
    private int _severity = 1;
    private int _lastSeverity = 1;
    private LocalizedText _comment;
    private DateTime _commentTime;
    private string? _user;
    private uint _sequence;

    private protected AlarmCondition(OpcUaServer server, AlarmOptions options)
    {
        _server = server;
        _options = options;
    }

    /// <summary>Its name for machines.</summary>
    public string Name => _options.Name;

    /// <summary>The variable that it watches.</summary>
    public VariableNode Input => _options.Input;

    /// <summary>Its object in the address space.</summary>
    public ObjectNode Node { get; private set; } = null!;

    /// <summary>Whether it watches at all.</summary>
    public bool IsEnabled { get; private set; } = true;

    /// <summary>Its stage; null while it is not active.</summary>
    public AlarmLevel? Level { get; private set; }

    /// <summary>Whether somebody has seen it since it last got worse.</summary>
    public bool IsAcknowledged { get; private set; } = true;

    /// <summary>Whether what was to be done after the acknowledgement was done.</summary>
    public bool IsConfirmed { get; private set; } = true;

    /// <summary>Whether it is put away.</summary>
    public Shelving Shelving { get; private set; }

    /// <summary>What was last said about it; nothing at first.</summary>
    public LocalizedText LastComment => _comment;

    /// <summary>When a timed shelving ends, host time.</summary>
    public DateTime? ShelvedUntil { get; private set; }

    /// <summary>Whether there is something about it that a client should show.</summary>
    public bool IsRetained => IsEnabled && (Level is not null || !IsAcknowledged || !IsConfirmed);

    /// <summary>Its state as last told; null before the first event.</summary>
    internal UaEvent? LastEvent { get; private set; }

    /// <summary>The object of its shelving state, on which the methods of shelving are called, too.</summary>
    internal Node? ShelvingNode { get; private set; }

    private protected abstract IEnumerable<AlarmLevel> Levels { get; }

    /// <summary>Watches from now on, beginning with the present value.</summary>
    internal void Start()
    {
        _delay ??= new ContextTimer(_server.HostTime, DelayIsOver);
        _unshelve ??= new ContextTimer(_server.HostTime, () => Unshelve(user: null));
        if (ShelvedUntil is { } until)
        {
            _unshelve.Start(until > _server.Now ? until - _server.Now : TimeSpan.Zero);
        }

        Input.Watch(this);
        if (_pendingSince is { } since)
        {
            StartDelay(since);
        }

        Evaluate();
    }

    /// <inheritdoc/>
    void IValueWatcher.ValueChanged() => Evaluate();

    /// <summary>Starts to watch again.</summary>
    public StatusCode Enable(string? user)
    {
        if (IsEnabled)
        {
            return StatusCodes.BadConditionAlreadyEnabled;
        }

        IsEnabled = true;
        _user = user;
        Raise(ConditionChange.Enabled);
        Evaluate();
        return StatusCodes.Good;
    }

    /// <summary>Watches no longer; what was active is forgotten.</summary>
    public StatusCode Disable(string? user)
    {
        if (!IsEnabled)
        {
            return StatusCodes.BadConditionAlreadyDisabled;
        }

        IsEnabled = false;
        Level = null;
        IsAcknowledged = true;
        IsConfirmed = true;
        StopDelay();
        _user = user;
        Raise(ConditionChange.Disabled);
        return StatusCodes.Good;
    }

    /// <summary>Says that somebody has seen it.</summary>
    /// <param name="user">Who.</param>
    /// <param name="comment">What he says; an empty one leaves the last.</param>
    /// <param name="eventId">The event that he has seen; null for whichever was the last.</param>
    public StatusCode Acknowledge(string? user, LocalizedText comment, byte[]? eventId = null)
    {
        var status = Check(eventId);
        if (status.IsBad)
        {
            return status;
        }

        if (IsAcknowledged)
        {
            return StatusCodes.BadConditionBranchAlreadyAcked;
        }

        IsAcknowledged = true;
        IsConfirmed = false;
        Comment(user, comment);
        Raise(ConditionChange.Acknowledged);
        return StatusCodes.Good;
    }

    /// <summary>Says that what was to be done was done; after the acknowledgement.</summary>
    public StatusCode Confirm(string? user, LocalizedText comment, byte[]? eventId = null)
    {
        var status = Check(eventId);
        if (status.IsBad)
        {
            return status;
        }

        if (IsConfirmed)
        {
            return StatusCodes.BadConditionBranchAlreadyConfirmed;
        }

        IsConfirmed = true;
        Comment(user, comment);
        Raise(ConditionChange.Confirmed);
        return StatusCodes.Good;
    }

    /// <summary>Adds a comment.</summary>
    public StatusCode AddComment(string? user, LocalizedText comment, byte[]? eventId = null)
    {
        var status = Check(eventId);
        if (status.IsBad)
        {
            return status;
        }

        Comment(user, comment);
        Raise(ConditionChange.Commented);
        return StatusCodes.Good;
    }

    /// <summary>Puts it away until it is no longer active.</summary>
    public StatusCode ShelveOnce(string? user)
    {
        if (!IsEnabled)
        {
            return StatusCodes.BadConditionDisabled;
        }

        if (Shelving == Shelving.OneShot)
        {
            return StatusCodes.BadConditionAlreadyShelved;
        }

        Shelve(Shelving.OneShot, until: null, user);
        return StatusCodes.Good;
    }

    /// <summary>Puts it away for a time.</summary>
    public StatusCode ShelveFor(TimeSpan time, string? user)
    {
        if (!IsEnabled)
        {
            return StatusCodes.BadConditionDisabled;
        }

        if (time <= TimeSpan.Zero || time > _options.MaxTimeShelved)
        {
            return StatusCodes.BadShelvingTimeOutOfRange;
        }

        if (Shelving == Shelving.Timed)
        {
            return StatusCodes.BadConditionAlreadyShelved;
        }

        Shelve(Shelving.Timed, _server.Now + time, user);
        _unshelve?.Start(time);
        return StatusCodes.Good;
    }

    /// <summary>Shows it again.</summary>
    public StatusCode Unshelve(string? user)
    {
        if (Shelving == Shelving.Unshelved)
        {
            return StatusCodes.BadConditionNotShelved;
        }

        Shelving = Shelving.Unshelved;
        ShelvedUntil = null;
        _unshelve?.Stop();
        _user = user;
        Raise(ConditionChange.Unshelved);
        return StatusCodes.Good;
    }

    /// <summary>The stage that a value means; a stage that is present may hold on within its deadband.</summary>
    private protected abstract AlarmLevel? LevelOf(double value, AlarmLevel? present);

    /// <summary>Adds the fields of the alarm's own type.</summary>
    private protected abstract void AddFields(UaEvent happened);

    private StatusCode Check(byte[]? eventId)
    {
        if (!IsEnabled)
        {
            return StatusCodes.BadConditionDisabled;
        }

        return eventId is null || _recent.Any(id => id.AsSpan().SequenceEqual(eventId)) ? StatusCodes.Good : StatusCodes.BadEventIdUnknown;
    }

    private void Comment(string? user, LocalizedText comment)
    {
        _user = user;
        if (!string.IsNullOrEmpty(comment.Text))
        {
            _comment = comment;
            _commentTime = _server.Now;
        }
    }

    private void Shelve(Shelving how, DateTime? until, string? user)
    {
        _unshelve?.Stop();
        Shelving = how;
        ShelvedUntil = until;
        _user = user;
        Raise(ConditionChange.Shelved);
    }

    private void Evaluate()
    {
        if (!IsEnabled)
        {
            return;
        }

        var value = Input.Value;
        var qualityChanged = value.Status.IsBad != _quality.IsBad;
        _quality = value.Status;
        if (value.Status.IsBad || !value.Value.TryGetDouble(out var number) || double.IsNaN(number))
        {
            // Nothing is known of the input: the alarm stays as it is.
            StopDelay();
            if (qualityChanged && IsRetained)
            {
                Raise(ConditionChange.QualityChanged);
            }

            return;
        }

        var level = LevelOf(number, Level);
        if (level == Level)
        {
            StopDelay();
            if (qualityChanged && IsRetained)
            {
                Raise(ConditionChange.QualityChanged);
            }
        }
        else if (!IsWorse(level) || _options.OnDelay == TimeSpan.Zero || IsDelayOver)
        {
            StopDelay();
            Become(level);
        }
        else if (_pendingSince is null)
        {
            StartDelay(_server.Now);
        }
    }

    private bool IsWorse(AlarmLevel? level) => level is not null && (Level is null || level.Severity > Level.Severity);

    private bool IsDelayOver => _pendingSince is { } since && _server.Now - since >= _options.OnDelay;

    private void StartDelay(DateTime since)
    {
        _pendingSince = since;
        var left = since + _options.OnDelay - _server.Now;
        _delay?.Start(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    private void StopDelay()
    {
        if (_pendingSince is not null)
        {
            _pendingSince = null;
            _delay?.Stop();
        }
    }

    private void DelayIsOver() => Evaluate();

    private void Become(AlarmLevel? level)
    {
        if (IsWorse(level))
        {
            IsAcknowledged = false;
            IsConfirmed = true;
            _recent.Clear();
        }

        Level = level;
        _lastSeverity = _severity;
        _severity = level?.Severity ?? _severity;
        _user = null;
        if (level is null && Shelving == Shelving.OneShot)
        {
            Shelving = Shelving.Unshelved;
        }

        Raise(level is null ? ConditionChange.Cleared : ConditionChange.Raised);
    }
}
