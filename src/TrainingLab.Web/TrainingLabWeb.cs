using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TrainingLab.Labs.Records;
using TrainingLab.Web.Accounts;
using TrainingLab.Web.Api;
using TrainingLab.Web.Assets;
using TrainingLab.Web.Attempts;
using TrainingLab.Web.Components;
using TrainingLab.Web.Events;
using TrainingLab.Web.Security;
using TrainingLab.Web.Telemetry;

namespace TrainingLab.Web;

/// <summary>
/// The web application. The host adds an <c>ILabCatalogue</c> and an <c>IAttemptService</c>, then:
/// <code>
/// builder.AddTrainingLabWeb(options);
/// var app = builder.Build();
/// var firstSignIn = await app.OpenRecordsAsync(ct);   // a path to print on first start, else null
/// app.MapTrainingLabWeb();
/// </code>
/// </summary>
public static class TrainingLabWeb
{
    /// <summary>Adds services.</summary>
    public static WebApplicationBuilder AddTrainingLabWeb(this WebApplicationBuilder builder, TrainingLabWebOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddTrainingLabRecords(options.DataFolder);
        services.AddSessionSecurity();
        services.AddHttpContextAccessor();
        services.AddRazorComponents();
        services.AddProblemDetails();
        services.AddOpenApi("v1", OpenApiDescription.Configure);
        // Chinese stays readable in page sources and JSON instead of becoming six-byte escapes.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // Never inside a page; nosniff keeps it JSON.
            json.SerializerOptions.RespectNullableAnnotations = true; // A field that is missing or null where it must not be is the client's error.
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        });

        services.AddSingleton<EmbeddedAssets>();
        services.AddSingleton<SignedInAddresses>();
        services.AddSingleton<Labs.Attempts.Contracts.ISignedInAddresses>(provider => provider.GetRequiredService<SignedInAddresses>());
        services.AddSingleton<AddressThrottle>();
        services.AddSingleton<SignInService>();
        services.AddSingleton<PinReset>();
        services.AddSingleton<AttemptFeeds>();
        services.AddHostedService<KeyPoolFiller>();
        services.AddSingleton<CohortNews>();
        services.AddMetrics();
        services.AddSingleton<AttemptMetrics>();
        services.AddHostedService(provider => provider.GetRequiredService<AttemptMetrics>());
        services.AddHostedService<MetricsExport>();
        services.AddScoped<Visit>();
        services.AddScoped<AttemptAccess>();
        services.AddScoped<AttemptStarter>();
        services.AddScoped<TokenApi.Issuer>();
        return builder;
    }

    /// <summary>Opens or creates the records. On first start, returns the path of the instructor's one-time sign-in link, to print.</summary>
    public static async Task<string?> OpenRecordsAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(app);
        var records = app.Services.GetRequiredService<IDbContextFactory<RecordsContext>>();
        await using (var context = await records.CreateDbContextAsync(cancellationToken))
            await RecordsSchema.EnsureAsync(context, cancellationToken);
        app.Services.GetRequiredService<SignedInAddresses>().Load(await app.Services.GetRequiredService<SessionStore>().ListAsync(cancellationToken));
        var token = await app.Services.GetRequiredService<AccountStore>().CreateFirstInstructorLinkAsync(cancellationToken);
        return token is null ? null : "/start/" + token;
    }

    /// <summary>Adds middleware and endpoints.</summary>
    public static WebApplication MapTrainingLabWeb(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseSecurityHeaders();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = ErrorPages.WriteAsync,
            // What a client sent wrongly is its error, and nothing for the server's log.
            StatusCodeSelector = exception => (exception as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status500InternalServerError,
            SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException,
        });
        app.UseStatusCodePages(context => ErrorPages.WriteAsync(context.HttpContext));
        app.UseRequestLimits();
        app.UseRouting();
        app.UseAuthentication();
        app.UseFormTokens();
        app.UseAuthorization();

        app.Services.GetRequiredService<EmbeddedAssets>().Map(app);
        app.MapOpenApi();
        app.MapHealth();
        app.MapApi();
        app.MapEvents();
        app.MapFactoryServices();
        app.MapPages();
        return app;
    }
}
