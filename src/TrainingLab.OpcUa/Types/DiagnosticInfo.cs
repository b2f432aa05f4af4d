namespace TrainingLab.OpcUa;

/// <summary>Vendor diagnostics about an operation (OPC 10000-4, 7.12). Read and written whole; this server returns none.</summary>
public sealed record DiagnosticInfo(
    int? SymbolicId = null,
    int? NamespaceUri = null,
    int? Locale = null,
    int? LocalizedText = null,
    string? AdditionalInfo = null,
    StatusCode? InnerStatusCode = null,
    DiagnosticInfo? InnerDiagnosticInfo = null);
