namespace ServerlessGdpr.Local.S3.Locks;

/// <summary>Object lock as the headers of a request ask for it.</summary>
internal static class LockHeaders
{
    public static Retention? Retention(S3Request request, DateTimeOffset now)
    {
        var (mode, until) = (request.Header("x-amz-object-lock-mode"), request.Header("x-amz-object-lock-retain-until-date"));
        if (mode is null && until is null) return null;
        if (mode is null || until is null) throw S3Error.InvalidArgument("x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied");
        return mode is Locks.Retention.Governance or Locks.Retention.Compliance
            ? Locks.Retention.Parse(mode, until, now)
            : throw S3Error.InvalidArgument("Unknown wormMode directive.");
    }

    public static bool LegalHold(S3Request request) => request.Header("x-amz-object-lock-legal-hold") switch
    {
        "ON" => true,
        null or "OFF" => false,
        _ => throw S3Error.InvalidArgument("Legal Hold must be either of 'ON' or 'OFF'"),
    };

    public static bool Bypass(S3Request request) => request.Flag("x-amz-bypass-governance-retention");
}
