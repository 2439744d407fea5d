namespace ServerlessGdpr.Functions.Requests;

/// <summary>Art. 12(3) GDPR: one month from receipt of the request.</summary>
public static class StatutoryClock
{
    /// <summary>The same day and time a calendar month later, where the person asked; the month's last day where it has no such day.</summary>
    public static DateTimeOffset DueAt(DateTimeOffset submitted) => submitted.AddMonths(1);
}
