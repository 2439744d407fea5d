using System.Security.Cryptography;
using System.Text;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Kms;

public sealed class KmsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly string alias = $"alias/identity-{Guid.NewGuid():n}";
    private Cloud? cloud;
    private AmazonKeyManagementServiceClient kms = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var target = ContractTarget.Of("KMS");
        if (target is null)
        {
            cloud = await Cloud.StartAsync(new CloudOptions { VirtualStart = Start }, Cancellation);
            target = ContractTarget.Local(cloud.Endpoint);
        }

        kms = new AmazonKeyManagementServiceClient(
            new BasicAWSCredentials(target.AccessKey, target.SecretKey),
            new AmazonKeyManagementServiceConfig { ServiceURL = target.Endpoint, AuthenticationRegion = target.Region });
    }

    public async ValueTask DisposeAsync()
    {
        kms.Dispose();
        if (cloud is not null) await cloud.DisposeAsync();
    }

    [Fact]
    public async Task What_is_encrypted_is_decrypted_with_the_same_context_in_any_order()
    {
        var key = await CreateKey();
        var sealedText = await kms.EncryptAsync(
            new EncryptRequest { KeyId = key.KeyId, Plaintext = Bytes("secret"), EncryptionContext = new() { ["request"] = "r", ["datastore"] = "d" } },
            Cancellation);

        var opened = await kms.DecryptAsync(
            new DecryptRequest { CiphertextBlob = sealedText.CiphertextBlob, EncryptionContext = new() { ["datastore"] = "d", ["request"] = "r" } },
            Cancellation);

        Text(opened.Plaintext).ShouldBe("secret");
        opened.KeyId.ShouldBe(key.Arn);
        Text(sealedText.CiphertextBlob).ShouldNotContain("secret");
    }

    [Fact]
    public async Task Another_context_or_a_changed_blob_opens_nothing()
    {
        var key = await CreateKey();
        var blob = (await kms.EncryptAsync(
            new EncryptRequest { KeyId = key.KeyId, Plaintext = Bytes("secret"), EncryptionContext = new() { ["datastore"] = "a" } },
            Cancellation)).CiphertextBlob.ToArray();

        await Should.ThrowAsync<InvalidCiphertextException>(() => kms.DecryptAsync(
            new DecryptRequest { CiphertextBlob = new MemoryStream(blob), EncryptionContext = new() { ["datastore"] = "b" } }, Cancellation));
        await Should.ThrowAsync<InvalidCiphertextException>(() => kms.DecryptAsync(new DecryptRequest { CiphertextBlob = new MemoryStream(blob) }, Cancellation));
        blob[^1] ^= 1;
        await Should.ThrowAsync<InvalidCiphertextException>(() => kms.DecryptAsync(
            new DecryptRequest { CiphertextBlob = new MemoryStream(blob), EncryptionContext = new() { ["datastore"] = "a" } }, Cancellation));
    }

    [Fact]
    public async Task A_context_is_not_confused_with_another_that_reads_the_same_when_joined()
    {
        var key = await CreateKey();
        var blob = (await kms.EncryptAsync(
            new EncryptRequest { KeyId = key.KeyId, Plaintext = Bytes("secret"), EncryptionContext = new() { ["ab"] = "c" } }, Cancellation)).CiphertextBlob;

        await Should.ThrowAsync<InvalidCiphertextException>(() => kms.DecryptAsync(
            new DecryptRequest { CiphertextBlob = blob, EncryptionContext = new() { ["a"] = "bc" } }, Cancellation));
    }

    [Fact]
    public async Task A_key_is_found_by_id_arn_alias_and_alias_arn()
    {
        var key = await CreateKey();
        await kms.CreateAliasAsync(alias, key.KeyId, Cancellation);

        foreach (var reference in new[] { key.KeyId, key.Arn, alias, $"{key.Arn.Split("key/")[0]}{alias}" })
            (await kms.DescribeKeyAsync(reference, Cancellation)).KeyMetadata.KeyId.ShouldBe(key.KeyId);

        (await kms.ListAliasesAsync(new ListAliasesRequest { KeyId = key.KeyId }, Cancellation)).Aliases.ShouldHaveSingleItem().TargetKeyId.ShouldBe(key.KeyId);
        await Should.ThrowAsync<AlreadyExistsException>(() => kms.CreateAliasAsync(alias, key.KeyId, Cancellation));
        await Should.ThrowAsync<NotFoundException>(() => kms.DescribeKeyAsync("alias/none", Cancellation));
        await Should.ThrowAsync<NotFoundException>(() => kms.DescribeKeyAsync(Guid.NewGuid().ToString(), Cancellation));
    }

    [Fact]
    public async Task A_data_key_opens_from_its_own_blob()
    {
        var key = await CreateKey();
        var dataKey = await kms.GenerateDataKeyAsync(
            new GenerateDataKeyRequest { KeyId = key.KeyId, KeySpec = DataKeySpec.AES_256, EncryptionContext = new() { ["datastore"] = "a" } }, Cancellation);

        var opened = await kms.DecryptAsync(
            new DecryptRequest { CiphertextBlob = dataKey.CiphertextBlob, KeyId = key.KeyId, EncryptionContext = new() { ["datastore"] = "a" } }, Cancellation);

        dataKey.Plaintext.Length.ShouldBe(32);
        opened.Plaintext.ToArray().ShouldBe(dataKey.Plaintext.ToArray());
    }

    [Fact]
    public async Task Plaintext_is_limited_to_4096_bytes()
    {
        var key = await CreateKey();

        await kms.EncryptAsync(new EncryptRequest { KeyId = key.KeyId, Plaintext = new MemoryStream(new byte[4096]) }, Cancellation);
        var error = await Should.ThrowAsync<AmazonKeyManagementServiceException>(() => kms.EncryptAsync(
            new EncryptRequest { KeyId = key.KeyId, Plaintext = new MemoryStream(new byte[4097]) }, Cancellation));

        error.ErrorCode.ShouldBe("ValidationException");
    }

    [Theory]
    [InlineData("Encrypt", 0)]
    [InlineData("Encrypt", 4097)]
    [InlineData("GenerateMac", 0)]
    [InlineData("GenerateMac", 4097)]
    [InlineData("Decrypt", 6145)]
    [InlineData("GenerateDataKey", 0)]
    [InlineData("GenerateDataKey", 1025)]
    [InlineData("GenerateRandom", 1025)]
    public async Task What_is_too_short_or_too_long_is_refused(string operation, int bytes)
    {
        var key = await CreateKey(operation == "GenerateMac" ? KeySpec.HMAC_256 : null, operation == "GenerateMac" ? KeyUsageType.GENERATE_VERIFY_MAC : null);
        var blob = new MemoryStream(new byte[bytes]);

        var error = await Should.ThrowAsync<AmazonKeyManagementServiceException>(() => operation switch
        {
            "Encrypt" => kms.EncryptAsync(new EncryptRequest { KeyId = key.KeyId, Plaintext = blob }, Cancellation),
            "GenerateMac" => kms.GenerateMacAsync(new GenerateMacRequest { KeyId = key.KeyId, Message = blob, MacAlgorithm = MacAlgorithmSpec.HMAC_SHA_256 }, Cancellation),
            "Decrypt" => kms.DecryptAsync(new DecryptRequest { CiphertextBlob = blob }, Cancellation),
            "GenerateDataKey" => kms.GenerateDataKeyAsync(new GenerateDataKeyRequest { KeyId = key.KeyId, NumberOfBytes = bytes }, Cancellation),
            _ => (Task)kms.GenerateRandomAsync(new GenerateRandomRequest { NumberOfBytes = bytes }, Cancellation),
        });

        error.ErrorCode.ShouldBe("ValidationException");
    }

    [Theory]
    [InlineData("""{"datastore":"b"}""")]
    [InlineData("""{"Datastore":"a"}""")]
    [InlineData("""{"datastore":"A"}""")]
    [InlineData("""{"datastore":"a","request":"r"}""")]
    [InlineData("{}")]
    public async Task Another_context_opens_neither_what_was_encrypted_nor_a_data_key_nor_moves_it_to_another_key(string context)
    {
        var (key, other) = (await CreateKey(), await CreateKey());
        Dictionary<string, string> right = new() { ["datastore"] = "a" };
        var wrong = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(context);
        var encrypted = (await kms.EncryptAsync(new EncryptRequest { KeyId = key.KeyId, Plaintext = Bytes("secret"), EncryptionContext = right }, Cancellation)).CiphertextBlob;
        var dataKey = (await kms.GenerateDataKeyWithoutPlaintextAsync(
            new GenerateDataKeyWithoutPlaintextRequest { KeyId = key.KeyId, KeySpec = DataKeySpec.AES_256, EncryptionContext = right }, Cancellation)).CiphertextBlob;

        foreach (var blob in new[] { encrypted, dataKey })
        {
            await Should.ThrowAsync<InvalidCiphertextException>(() => kms.DecryptAsync(new DecryptRequest { CiphertextBlob = blob, KeyId = key.KeyId, EncryptionContext = wrong }, Cancellation));
            await Should.ThrowAsync<InvalidCiphertextException>(() => kms.ReEncryptAsync(
                new ReEncryptRequest { CiphertextBlob = blob, SourceEncryptionContext = wrong, DestinationKeyId = other.KeyId, DestinationEncryptionContext = right }, Cancellation));
        }
    }

    [Theory]
    [InlineData("another message")]
    [InlineData("another mac")]
    [InlineData("cut mac")]
    [InlineData("another key")]
    public async Task A_mac_that_is_not_of_this_message_and_key_is_invalid(string what)
    {
        var (key, other) = (await CreateKey(KeySpec.HMAC_256, KeyUsageType.GENERATE_VERIFY_MAC), await CreateKey(KeySpec.HMAC_256, KeyUsageType.GENERATE_VERIFY_MAC));
        var mac = (await kms.GenerateMacAsync(new GenerateMacRequest { KeyId = key.KeyId, Message = Bytes("m"), MacAlgorithm = MacAlgorithmSpec.HMAC_SHA_256 }, Cancellation)).Mac.ToArray();
        if (what == "another mac") mac[0] ^= 1;
        if (what == "cut mac") mac = mac[..^1];

        await Should.ThrowAsync<KMSInvalidMacException>(() => kms.VerifyMacAsync(
            new VerifyMacRequest
            {
                KeyId = what == "another key" ? other.KeyId : key.KeyId,
                Message = Bytes(what == "another message" ? "n" : "m"),
                MacAlgorithm = MacAlgorithmSpec.HMAC_SHA_256,
                Mac = new MemoryStream(mac),
            },
            Cancellation));
    }

    [Fact]
    public async Task A_mac_is_made_with_the_algorithm_of_its_key_and_by_a_key_that_is_enabled()
    {
        var key = await CreateKey(KeySpec.HMAC_256, KeyUsageType.GENERATE_VERIFY_MAC);
        await Should.ThrowAsync<InvalidKeyUsageException>(() => Mac(MacAlgorithmSpec.HMAC_SHA_512));

        await kms.DisableKeyAsync(key.KeyId, Cancellation);
        await Should.ThrowAsync<DisabledException>(() => Mac(MacAlgorithmSpec.HMAC_SHA_256));

        Task<GenerateMacResponse> Mac(MacAlgorithmSpec algorithm) => kms.GenerateMacAsync(new GenerateMacRequest { KeyId = key.KeyId, Message = Bytes("m"), MacAlgorithm = algorithm }, Cancellation);
    }

    [Fact]
    public async Task A_key_is_used_only_for_what_it_is_for()
    {
        var mac = await CreateKey(KeySpec.HMAC_256, KeyUsageType.GENERATE_VERIFY_MAC);
        var symmetric = await CreateKey();

        await Should.ThrowAsync<InvalidKeyUsageException>(() => kms.EncryptAsync(new EncryptRequest { KeyId = mac.KeyId, Plaintext = Bytes("x") }, Cancellation));
        await Should.ThrowAsync<InvalidKeyUsageException>(() => kms.GenerateMacAsync(
            new GenerateMacRequest { KeyId = symmetric.KeyId, Message = Bytes("x"), MacAlgorithm = MacAlgorithmSpec.HMAC_SHA_256 }, Cancellation));
    }

    [Theory]
    [InlineData("HMAC_256", "HMAC_SHA_256", 32)]
    [InlineData("HMAC_384", "HMAC_SHA_384", 48)]
    [InlineData("HMAC_512", "HMAC_SHA_512", 64)]
    public async Task A_mac_is_the_same_each_time_and_verifies_only_its_own_message(string spec, string algorithm, int length)
    {
        var key = await CreateKey(spec, KeyUsageType.GENERATE_VERIFY_MAC);
        var mac = await Mac("message");

        (await Mac("message")).ShouldBe(mac);
        mac.Length.ShouldBe(length);
        (await Verify("message")).MacValid.ShouldBe(true);
        await Should.ThrowAsync<KMSInvalidMacException>(() => Verify("another"));

        async Task<byte[]> Mac(string message) => (await kms.GenerateMacAsync(
            new GenerateMacRequest { KeyId = key.KeyId, Message = Bytes(message), MacAlgorithm = algorithm }, Cancellation)).Mac.ToArray();

        Task<VerifyMacResponse> Verify(string message) => kms.VerifyMacAsync(
            new VerifyMacRequest { KeyId = key.KeyId, Message = Bytes(message), MacAlgorithm = algorithm, Mac = new MemoryStream(mac) }, Cancellation);
    }

    [Theory]
    [InlineData("ECC_NIST_P256", "ECDSA_SHA_256")]
    [InlineData("RSA_2048", "RSASSA_PSS_SHA_256")]
    [InlineData("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_512")]
    public async Task A_signature_verifies_with_the_service(string spec, string algorithm)
    {
        var key = await CreateKey(spec, KeyUsageType.SIGN_VERIFY);
        var signature = (await kms.SignAsync(new SignRequest { KeyId = key.KeyId, Message = Bytes("m"), SigningAlgorithm = algorithm }, Cancellation)).Signature;

        (await Verify("m")).SignatureValid.ShouldBe(true);
        await Should.ThrowAsync<KMSInvalidSignatureException>(() => Verify("n"));

        Task<VerifyResponse> Verify(string message) => kms.VerifyAsync(
            new VerifyRequest { KeyId = key.KeyId, Message = Bytes(message), SigningAlgorithm = algorithm, Signature = new MemoryStream(signature.ToArray()) }, Cancellation);
    }

    [Fact]
    public async Task A_signature_verifies_offline_with_the_public_key()
    {
        var key = await CreateKey(KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes("m"));
        var signature = await kms.SignAsync(
            new SignRequest { KeyId = key.KeyId, Message = new MemoryStream(digest), MessageType = MessageType.DIGEST, SigningAlgorithm = SigningAlgorithmSpec.ECDSA_SHA_256 },
            Cancellation);
        using var verifier = ECDsa.Create();
        verifier.ImportSubjectPublicKeyInfo((await kms.GetPublicKeyAsync(new GetPublicKeyRequest { KeyId = key.KeyId }, Cancellation)).PublicKey.ToArray(), out _);

        verifier.VerifyHash(digest, signature.Signature.ToArray(), DSASignatureFormat.Rfc3279DerSequence).ShouldBeTrue();
    }

    [Fact]
    public async Task Reencryption_moves_a_secret_to_another_key()
    {
        var (from, to) = (await CreateKey(), await CreateKey());
        var blob = (await kms.EncryptAsync(new EncryptRequest { KeyId = from.KeyId, Plaintext = Bytes("secret") }, Cancellation)).CiphertextBlob;

        var moved = await kms.ReEncryptAsync(new ReEncryptRequest { CiphertextBlob = blob, DestinationKeyId = to.KeyId }, Cancellation);

        Text((await kms.DecryptAsync(new DecryptRequest { CiphertextBlob = moved.CiphertextBlob, KeyId = to.KeyId }, Cancellation)).Plaintext).ShouldBe("secret");
        await Should.ThrowAsync<IncorrectKeyException>(() => kms.DecryptAsync(
            new DecryptRequest { CiphertextBlob = moved.CiphertextBlob, KeyId = from.KeyId }, Cancellation));
    }

    [Fact]
    public async Task A_disabled_key_does_nothing_until_it_is_enabled()
    {
        var key = await CreateKey();
        await kms.DisableKeyAsync(key.KeyId, Cancellation);
        await Should.ThrowAsync<DisabledException>(Encrypt);

        await kms.EnableKeyAsync(key.KeyId, Cancellation);
        await Should.NotThrowAsync(Encrypt);

        Task Encrypt() => kms.EncryptAsync(new EncryptRequest { KeyId = key.KeyId, Plaintext = Bytes("x") }, Cancellation);
    }

    [Fact]
    public async Task A_deleted_key_takes_its_ciphertext_with_it()
    {
        var key = await CreateKey();
        var blob = (await kms.EncryptAsync(new EncryptRequest { KeyId = key.KeyId, Plaintext = Bytes("secret") }, Cancellation)).CiphertextBlob;
        await kms.ScheduleKeyDeletionAsync(new ScheduleKeyDeletionRequest { KeyId = key.KeyId, PendingWindowInDays = 7 }, Cancellation);
        await Should.ThrowAsync<KMSInvalidStateException>(() => kms.DecryptAsync(new DecryptRequest { CiphertextBlob = blob }, Cancellation));

        await ContractTarget.Required(cloud).VirtualTime.AdvanceAsync(TimeSpan.FromDays(7), Cancellation);

        await Should.ThrowAsync<NotFoundException>(() => kms.DescribeKeyAsync(key.KeyId, Cancellation));
        await Should.ThrowAsync<InvalidCiphertextException>(() => kms.DecryptAsync(new DecryptRequest { CiphertextBlob = blob }, Cancellation));
    }

    [Fact]
    public async Task An_operation_that_is_not_there_says_so()
    {
        var error = await Should.ThrowAsync<AmazonKeyManagementServiceException>(() => kms.ListGrantsAsync(new ListGrantsRequest { KeyId = "x" }, Cancellation));

        error.Message.ShouldContain("ListGrants");
    }

    private static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string Text(MemoryStream bytes) => Encoding.UTF8.GetString(bytes.ToArray());

    private async Task<KeyMetadata> CreateKey(string? spec = null, string? usage = null) =>
        (await kms.CreateKeyAsync(new CreateKeyRequest { KeySpec = spec, KeyUsage = usage }, Cancellation)).KeyMetadata;
}
