using System.Security.Cryptography;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Kms;

/// <summary>One key with its material. The material never leaves this process.</summary>
public sealed class KmsKey : IDisposable
{
    private readonly AsymmetricAlgorithm? asymmetric;

    private KmsKey(string spec, string usage, DateTimeOffset createdAt, byte[] material, AsymmetricAlgorithm? asymmetric)
    {
        Spec = spec;
        Usage = usage;
        CreatedAt = createdAt;
        Material = material;
        this.asymmetric = asymmetric;
    }

    public Guid Id { get; } = Guid.NewGuid();

    public string Arn => $"arn:aws:kms:{CloudOptions.Region}:{CloudOptions.Account}:key/{Id}";

    /// <summary>SYMMETRIC_DEFAULT, HMAC_n, ECC_NIST_Pn or RSA_n.</summary>
    public string Spec { get; }

    /// <summary>ENCRYPT_DECRYPT, GENERATE_VERIFY_MAC or SIGN_VERIFY.</summary>
    public string Usage { get; }

    public DateTimeOffset CreatedAt { get; }

    public string Description { get; init; } = "";

    public bool Enabled { get; set; } = true;

    /// <summary>When the key is to be destroyed; null unless its deletion is scheduled.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    public string State => DeletedAt is not null ? "PendingDeletion" : Enabled ? "Enabled" : "Disabled";

    /// <summary>The secret bytes of a symmetric key.</summary>
    public byte[] Material { get; }

    public ECDsa? Ecc => asymmetric as ECDsa;

    public RSA? Rsa => asymmetric as RSA;

    public static KmsKey Create(string spec, string usage, string description, DateTimeOffset now)
    {
        var (expectedUsage, bytes, asymmetric) = spec switch
        {
            "SYMMETRIC_DEFAULT" => ("ENCRYPT_DECRYPT", 32, (AsymmetricAlgorithm?)null),
            "HMAC_256" => ("GENERATE_VERIFY_MAC", 32, null),
            "HMAC_384" => ("GENERATE_VERIFY_MAC", 48, null),
            "HMAC_512" => ("GENERATE_VERIFY_MAC", 64, null),
            "ECC_NIST_P256" => ("SIGN_VERIFY", 0, ECDsa.Create(ECCurve.NamedCurves.nistP256)),
            "RSA_2048" => ("SIGN_VERIFY", 0, RSA.Create(2048)),
            _ => throw AwsError.NotImplemented("kms", $"CreateKey with KeySpec {spec}"),
        };
        if (!usage.Equals(expectedUsage, StringComparison.Ordinal))
        {
            asymmetric?.Dispose();
            throw new AwsError("ValidationException", $"KeyUsage {usage} is not compatible with KeySpec {spec}.");
        }

        return new KmsKey(spec, usage, now, RandomNumberGenerator.GetBytes(bytes), asymmetric) { Description = description };
    }

    public void Require(string usage)
    {
        if (DeletedAt is not null) throw new AwsError("KMSInvalidStateException", $"{Arn} is pending deletion.");
        if (!Enabled) throw new AwsError("DisabledException", $"{Arn} is disabled.");
        if (!Usage.Equals(usage, StringComparison.Ordinal))
            throw new AwsError("InvalidKeyUsageException", $"{Arn} key usage is {Usage} which is not valid for this operation.");
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(Material);
        asymmetric?.Dispose();
    }
}
