using NJsonSchema;
using ServerlessGdpr.Tests.Requests;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Events;

public sealed class SampleSchemaTests
{
    private static readonly Dictionary<string, string> Schemas = new()
    {
        ["ErasureRequested"] = "erasure-requested.v2.json",
        ["AccessRequested"] = "access-requested.v2.json",
        ["RequestCancelled"] = "request-cancelled.v1.json",
        ["OperatorDecided"] = "operator-decided.v1.json",
        ["RequestStatusChanged"] = "request-status-changed.v1.json",
        ["RestoreStatusChanged"] = "restore-status-changed.v1.json",
    };

    /// <summary>Well formed, but refused for what a schema cannot know: other events, the clock, the data map, repeated names.</summary>
    private static readonly string[] WellFormed =
    [
        "conflict", "decision-for-unknown-request", "decision-for-unknown-datastore", "restore-decision-for-unknown-restore", "duplicate-field",
        "submitted-time-ahead", "submitted-time-too-old", "no-usable-identity", "identity-only-hashed",
    ];

    public static TheoryData<string> Accepted => [.. Names("")];

    public static TheoryData<string> Rejected => [.. Names("rejected").Where(name => !WellFormed.Contains(Path.GetFileNameWithoutExtension(name)))];

    public static TheoryData<string> RejectedOtherwise => [.. WellFormed.Select(name => $"rejected/{name}.json")];

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task A_sample_is_what_its_schema_says(string name) => (await ValidateAsync(name)).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Rejected))]
    public async Task The_schema_refuses_what_intake_refuses(string name) => (await ValidateAsync(name)).ShouldNotBeEmpty();

    [Theory]
    [MemberData(nameof(RejectedOtherwise))]
    public async Task What_a_schema_cannot_know_it_lets_pass(string name) => (await ValidateAsync(name)).ShouldBeEmpty();

    [Fact]
    public void A_sample_is_the_entry_that_is_given_to_PutEvents() =>
        Names("").Concat(Names("rejected")).Select(name => string.Join(",", Samples.Read(name).Select(field => field.Key)))
            .Distinct().ShouldBe(["Source,DetailType,Detail"]);

    internal static async Task<IReadOnlyList<string>> ValidateAsync(string detailType, string detail)
    {
        var schema = await JsonSchema.FromFileAsync(Repository.PathOf("events", "schemas", Schemas[detailType]), TestContext.Current.CancellationToken);
        return [.. schema.Validate(detail).Select(error => $"{error.Path} {error.Kind}")];
    }

    private static Task<IReadOnlyList<string>> ValidateAsync(string name)
    {
        var sample = Samples.Read(name);
        return ValidateAsync((string)sample["DetailType"]!, sample["Detail"]!.ToJsonString());
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(Repository.PathOf("events", folder), "*.json").Order(StringComparer.Ordinal).Select(file => Path.Combine(folder, Path.GetFileName(file)));
}
