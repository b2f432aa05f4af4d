namespace TrainingLab.Network.Forwarding;

internal static class RefusalTexts
{
    public static string Describe(Refusal refusal, string language) => refusal.Reason.ToString() + language;
}
