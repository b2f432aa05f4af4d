using TrainingLab.Identifiers.Handles;

namespace TrainingLab.Tests.Identifiers.Handles;

/// <summary>Numbers from RFC 3652, section 2.2.2.3; HTTP statuses as the public proxies of the Handle System give them.</summary>
public sealed class ResponseCodeTests
{
    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 500)]
    [InlineData(100, 404)]
    [InlineData(101, 409)]
    [InlineData(102, 400)]
    [InlineData(200, 200)]
    [InlineData(201, 409)]
    [InlineData(202, 400)]
    [InlineData(301, 400)]
    [InlineData(302, 307)]
    [InlineData(303, 307)]
    [InlineData(400, 403)]
    [InlineData(401, 403)]
    [InlineData(402, 401)]
    [InlineData(403, 403)]
    [InlineData(3, 503)]
    [InlineData(4, 400)]
    [InlineData(5, 405)]
    [InlineData(6, 508)]
    [InlineData(999, 500)]
    public void Each_code_has_a_status(int code, int status) => Assert.Equal(status, ((ResponseCode)code).HttpStatus());
}
