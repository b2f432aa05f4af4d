using System.Text.Json.Nodes;

namespace TrainingLab.OpcUa.Security;

/// <summary>Who has which role at a server. What three roles mean is fixed: Anonymous everybody, AuthenticatedUser every user, TrustedApplication every application on a protected channel.</summary>
public sealed class RoleMappings
{
    /// <summary>Most rules, applications or endpoints of one role.</summary>
    public const int MaxEntries = 100;

    private const Roles Administrators = Roles.ConfigureAdmin | Roles.SecurityAdmin;

    private readonly Dictionary<Roles, RoleMapping> _mappings = new()
    {
        [Roles.Anonymous] = new() { Identities = [new(IdentityCriteria.Anonymous), new(IdentityCriteria.AuthenticatedUser)] },
        [Roles.AuthenticatedUser] = new() { Identities = [new(IdentityCriteria.AuthenticatedUser)] },
        [Roles.TrustedApplication] = new() { Identities = [new(IdentityCriteria.TrustedApplication)] },
    };

    internal RoleMappings(IReadOnlyDictionary<Roles, RoleMapping>? given)
    {
        foreach (var role in WellKnownRoles.Assignable)
        {
            _mappings[role] = given?.GetValueOrDefault(role) ?? new RoleMapping();
        }
    }

    /// <summary>Raised when a mapping has changed.</summary>
    internal event Action? Changed;

    /// <summary>Who has one role.</summary>
    public RoleMapping this[Roles role] => _mappings[role];

    /// <summary>The mappings of the roles that may be given.</summary>
    public JsonObject Save() => new(WellKnownRoles.Assignable.Select(role => KeyValuePair.Create<string, JsonNode?>(role.ToString(), _mappings[role].Save())));

    /// <summary>Brings back what <see cref="Save"/> gave; sessions have other roles from then on.</summary>
    public void Load(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (var role in WellKnownRoles.Assignable)
        {
            if (state[role.ToString()] is { } saved)
            {
                _mappings[role] = RoleMapping.Load(saved);
            }
        }

        Changed?.Invoke();
    }

    /// <summary>The roles of a session.</summary>
    internal Roles Of(SessionOrigin origin)
    {
        var roles = Roles.None;
        foreach (var (role, mapping) in _mappings)
        {
            roles |= mapping.Fits(origin) ? role : Roles.None;
        }

        return roles;
    }

    internal void Set(Roles role, RoleMapping mapping)
    {
        _mappings[role] = mapping;
        Changed?.Invoke();
    }

    /// <summary>Adds a rule (OPC 10000-18, 4.4.5).</summary>
    internal StatusCode AddIdentity(Roles role, IdentityMappingRule rule)
    {
        var mapping = _mappings[role];
        if (Check(rule) is { IsBad: true } status)
        {
            return status;
        }

        // Nobody becomes an administrator without being known.
        if ((role & Administrators) != 0 && rule.CriteriaType is IdentityCriteria.Anonymous or IdentityCriteria.AuthenticatedUser or IdentityCriteria.TrustedApplication)
        {
            return StatusCodes.BadRequestNotAllowed;
        }

        return Add(role, mapping.Identities, rule, list => mapping with { Identities = list });
    }

    internal StatusCode RemoveIdentity(Roles role, IdentityMappingRule rule)
    {
        var mapping = _mappings[role];
        return Remove(role, mapping.Identities, rule, list => mapping with { Identities = list });
    }

    internal StatusCode AddApplication(Roles role, string application)
    {
        var mapping = _mappings[role];
        return application.Length == 0 ? StatusCodes.BadInvalidArgument : Add(role, mapping.Applications, application, list => mapping with { Applications = list });
    }

    internal StatusCode RemoveApplication(Roles role, string application)
    {
        var mapping = _mappings[role];
        return Remove(role, mapping.Applications, application, list => mapping with { Applications = list });
    }

    internal StatusCode AddEndpoint(Roles role, EndpointType endpoint)
    {
        var mapping = _mappings[role];
        return endpoint.SecurityMode is < MessageSecurityMode.Invalid or > MessageSecurityMode.SignAndEncrypt
            ? StatusCodes.BadInvalidArgument
            : Add(role, mapping.Endpoints, endpoint, list => mapping with { Endpoints = list });
    }

    internal StatusCode RemoveEndpoint(Roles role, EndpointType endpoint)
    {
        var mapping = _mappings[role];
        return Remove(role, mapping.Endpoints, endpoint, list => mapping with { Endpoints = list });
    }

    private static StatusCode Check(IdentityMappingRule rule) => rule.CriteriaType switch
    {
        IdentityCriteria.UserName or IdentityCriteria.Application => string.IsNullOrEmpty(rule.Criteria) ? StatusCodes.BadInvalidArgument : StatusCodes.Good,
        IdentityCriteria.Thumbprint => rule.Criteria is { Length: 40 } text && text.All(char.IsAsciiHexDigit) ? StatusCodes.Good : StatusCodes.BadInvalidArgument,
        IdentityCriteria.Anonymous or IdentityCriteria.AuthenticatedUser or IdentityCriteria.TrustedApplication =>
            string.IsNullOrEmpty(rule.Criteria) ? StatusCodes.Good : StatusCodes.BadInvalidArgument,
        IdentityCriteria.Role or IdentityCriteria.GroupId or IdentityCriteria.X509Subject => StatusCodes.BadNotSupported,
        _ => StatusCodes.BadInvalidArgument,
    };

    private StatusCode Add<T>(Roles role, IReadOnlyList<T> list, T entry, Func<IReadOnlyList<T>, RoleMapping> with)
    {
        if (list.Contains(entry))
        {
            return StatusCodes.BadAlreadyExists;
        }

        if (list.Count >= MaxEntries)
        {
            return StatusCodes.BadResourceUnavailable;
        }

        Set(role, with([.. list, entry]));
        return StatusCodes.Good;
    }

    private StatusCode Remove<T>(Roles role, IReadOnlyList<T> list, T entry, Func<IReadOnlyList<T>, RoleMapping> with)
    {
        if (!list.Contains(entry))
        {
            return StatusCodes.BadNotFound;
        }

        Set(role, with([.. list.Where(e => !Equals(e, entry))]));
        return StatusCodes.Good;
    }
}
