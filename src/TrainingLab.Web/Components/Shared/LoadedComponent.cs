using Microsoft.AspNetCore.Components;

namespace TrainingLab.Web.Components.Shared;

/// <summary>
/// A component that renders once, when everything it shows has been read. (A plain component would render first at its first wait, without it.)
/// </summary>
public abstract class LoadedComponent : ComponentBase
{
    /// <inheritdoc/>
    public sealed override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await LoadAsync();
        await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <summary>Reads what is shown; parameters are set.</summary>
    protected abstract Task LoadAsync();
}
