using System.Text;
using ServerlessGdpr.Functions.Vault;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Vault;

public sealed class KmsEnvelopeTests(DynamoDbLocalProcess dynamoDb) : VaultFixture(dynamoDb)
{
    private const string Secret = "ada.lindqvist@example.com";

    [Fact]
    public async Task What_was_sealed_opens_for_its_request_and_datastore()
    {
        var sealedBytes = await Sealing.SealAsync(Request, Store, Bytes(Secret), Cancellation);

        (await Opening.OpenAsync(Request, Store, sealedBytes, Cancellation)).ShouldBe(Bytes(Secret));
        Encoding.Latin1.GetString(sealedBytes).ShouldNotContain("lindqvist");
        (await Sealing.SealAsync(Request, Store, Bytes(Secret), Cancellation)).ShouldNotBe(sealedBytes);
    }

    [Fact]
    public async Task More_than_kms_itself_takes_can_be_sealed()
    {
        var large = new byte[300_000];
        Random.Shared.NextBytes(large);

        (await Opening.OpenAsync(Request, Store, await Sealing.SealAsync(Request, Store, large, Cancellation), Cancellation)).ShouldBe(large);
    }

    [Theory]
    [InlineData(Request, "customers")]
    [InlineData("8f14e45f-ceea-4c7a-9b3d-2f6a1c5d7e90-ffffffff", Store)]
    [InlineData(Request + "o", "rders")]
    [InlineData(Store, Request)]
    public async Task It_opens_for_nobody_else(string request, string datastore)
    {
        var sealedBytes = await Sealing.SealAsync(Request, Store, Bytes(Secret), Cancellation);

        await Should.ThrowAsync<SealBroken>(() => Opening.OpenAsync(request, datastore, sealedBytes, Cancellation));
        await Should.ThrowAsync<SealBroken>(() => Opening.SealLikeAsync(sealedBytes, request, datastore, Bytes("state"), Cancellation));
    }

    [Fact]
    public async Task A_changed_byte_anywhere_breaks_the_seal()
    {
        var sealedBytes = await Sealing.SealAsync(Request, Store, Bytes(Secret), Cancellation);

        for (var index = 0; index < sealedBytes.Length; index += 7)
        {
            var changed = (byte[])sealedBytes.Clone();
            changed[index] ^= 0x40;
            await Should.ThrowAsync<SealBroken>(() => Opening.OpenAsync(Request, Store, changed, Cancellation), $"byte {index}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(40)]
    [InlineData(-1)]
    [InlineData(-26)]
    public async Task A_seal_that_was_cut_off_is_broken(int length)
    {
        var sealedBytes = await Sealing.SealAsync(Request, Store, Bytes(Secret), Cancellation);
        var rest = length < 0 ? sealedBytes[..^-length] : sealedBytes[..length];

        await Should.ThrowAsync<SealBroken>(() => Opening.OpenAsync(Request, Store, rest, Cancellation));
    }

    [Fact]
    public async Task Ciphertext_under_another_entrys_data_key_does_not_open()
    {
        var one = await Sealing.SealAsync(Request, Store, Bytes(Secret), Cancellation);
        var other = await Sealing.SealAsync(Request, Store, Bytes(Secret), Cancellation);
        byte[] mixed = [.. one[..(one.Length - Secret.Length)], .. other[^Secret.Length..]];

        await Should.ThrowAsync<SealBroken>(() => Opening.OpenAsync(Request, Store, mixed, Cancellation));
    }

    [Fact]
    public async Task Whoever_may_only_open_seals_with_the_data_key_that_is_there()
    {
        var earlier = await Sealing.SealAsync(Request, Store, Bytes(Secret), Cancellation);
        Calls.Forget();

        var state = await Opening.SealLikeAsync(earlier, Request, Store, Bytes("state"), Cancellation);

        (await Opening.OpenAsync(Request, Store, state, Cancellation)).ShouldBe(Bytes("state"));
        Calls.All.ShouldAllBe(call => call.Operation == "Decrypt");
    }
}
