using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using TrainingLab.Labs.Records;
using TrainingLab.Web.Accounts;

namespace TrainingLab.Web.Security;

/// <summary>Who may use which endpoint. Whose attempt it is, <c>AttemptAccess</c> decides.</summary>
internal static class Policies
{
    public static void AddSessionSecurity(this IServiceCollection services)
    {
        services.AddAuthentication(SessionAuthentication.Scheme_)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.Scheme_, displayName: null, configureOptions: null);
        services.AddAuthorizationBuilder()
            .AddPolicy(nameof(AccountKind.Instructor), policy => policy.RequireRole(nameof(AccountKind.Instructor)));
    }
}
