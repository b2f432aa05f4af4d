namespace TrainingLab.Identifiers.Handles;

/// <summary>Result of a request to an identifier node (RFC 3652, section 2.2.2.3; the numbers go over the wire).</summary>
public enum ResponseCode
{
    Success = 1,
    Error = 2,
    ServerBusy = 3,
    ProtocolError = 4,
    OperationNotSupported = 5,
    RecursionLimit = 6,
    HandleNotFound = 100,
    HandleAlreadyExists = 101,
    InvalidHandle = 102,
    ValuesNotFound = 200,
    ValueAlreadyExists = 201,
    InvalidValue = 202,
    OutOfDateSiteInfo = 300,
    ServerNotResponsible = 301,
    ServiceReferral = 302,
    PrefixReferral = 303,
    InvalidAdmin = 400,
    InsufficientPermissions = 401,
    AuthenticationNeeded = 402,
    AuthenticationFailed = 403,
}

/// <summary>How result codes appear over HTTP.</summary>
public static class ResponseCodes
{
    /// <summary>HTTP status of an answer to a resolution. A referral is a redirect to the node referred to.</summary>
    public static int HttpStatus(this ResponseCode code) => code switch
    {
        ResponseCode.Success or ResponseCode.ValuesNotFound => 200,
        ResponseCode.ServiceReferral or ResponseCode.PrefixReferral => 307,
        ResponseCode.HandleNotFound => 404,
        ResponseCode.HandleAlreadyExists or ResponseCode.ValueAlreadyExists => 409,
        ResponseCode.InvalidHandle or ResponseCode.InvalidValue or ResponseCode.ServerNotResponsible or ResponseCode.ProtocolError => 400,
        ResponseCode.OperationNotSupported => 405,
        ResponseCode.AuthenticationNeeded => 401,
        ResponseCode.InvalidAdmin or ResponseCode.InsufficientPermissions or ResponseCode.AuthenticationFailed => 403,
        ResponseCode.ServerBusy => 503,
        ResponseCode.RecursionLimit => 508,
        _ => 500,
    };
}
