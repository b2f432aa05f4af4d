using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;
using TrainingLab.Web.Accounts;
using TrainingLab.Web.Localisation;
using TrainingLab.Web.Security;

namespace TrainingLab.Web;

/// <summary>The request as pages see it: who, in which language. Scoped.</summary>
public sealed class Visit
{
    private readonly HttpContext _context;
    private readonly TrainingLabWebOptions _options;

    /// <summary>Made by the container.</summary>
    public Visit(IHttpContextAccessor accessor, TrainingLabWebOptions options)
    {
        ArgumentNullException.ThrowIfNull(accessor);
        _context = accessor.HttpContext ?? throw new InvalidOperationException("A visit belongs to a request.");
        _options = options;
        Language = Languages.Of(_context.Request);
        Culture = CultureInfo.GetCultureInfo(Languages.Tag(Language));
    }

    /// <summary>en or zh.</summary>
    public string Language { get; }

    /// <summary>For numbers and dates.</summary>
    public CultureInfo Culture { get; }

    /// <summary>Null before sign-in.</summary>
    public Account? Account => _context.Features.Get<SignedIn>()?.Account ?? _context.Features.Get<SignedInByAttempt>()?.Owner;

    /// <summary>Whether an instructor is signed in; an attempt's token never makes one.</summary>
    public bool IsInstructor => _context.Features.Get<SignedIn>() is { Account.Kind: AccountKind.Instructor };

    /// <summary>What this account may see.</summary>
    public ActorRole Role => IsInstructor ? ActorRole.Instructor : ActorRole.Student;

    /// <summary>The account as the one who acts.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in.</exception>
    public AttemptActor Actor => Account is { } account
        ? new AttemptActor(account.Id, account.Name, Role, Address.ToString()) { Language = Language }
        : throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>Where the request comes from.</summary>
    public IPAddress Address => SessionAuthentication.AddressOf(_context);

    /// <summary>For the forms of this page.</summary>
    public string FormToken => FormTokens.For(_context);

    /// <summary>Where somebody begins after signing in.</summary>
    public static string HomeOf(Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Kind == AccountKind.Instructor ? "/classes" : "/labs";
    }

    /// <summary>Path and query of this page, for the way back after switching the language.</summary>
    public string Here => HttpMethods.IsGet(_context.Request.Method) && !Surface.IsFragment(_context.Request) ? _context.Request.Path + _context.Request.QueryString : "/";

    /// <summary>Scheme, host and port of this request, without a slash at the end.</summary>
    public string Origin => $"{_context.Request.Scheme}://{_context.Request.Host.ToUriComponent()}";

    /// <summary>The same with the host name that students use, for links to hand out.</summary>
    public string PublicOrigin => _options.PublicHost is { } host
        ? $"{_context.Request.Scheme}://{(_context.Request.Host.Port is { } port ? new HostString(host, port) : new HostString(host)).ToUriComponent()}"
        : Origin;

    /// <summary>"Try a lab" is for whoever sits at this machine: both the connection and the name it used must be loopback.</summary>
    public bool MayTry => _options.GuestsOnLoopback && IPAddress.IsLoopback(Address) &&
        (_context.Request.Host.Host is "localhost" || (IPAddress.TryParse(_context.Request.Host.Host, out var host) && IPAddress.IsLoopback(host)));

    /// <summary>The text in this visit's language.</summary>
    public string this[LocalizedText text]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(text);
            return text.In(Language);
        }
    }

    /// <summary>Names one after the other.</summary>
    public string Enumerate(IEnumerable<string> names) => string.Join(Language == Languages.Chinese ? "、" : ", ", names);

    /// <summary>The text with values filled in.</summary>
    public string Format(LocalizedText text, params object?[] values) => string.Format(Culture, this[text], values);
}
