using ServerlessGdpr.Local.Commands;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Commands;

public sealed class EventFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("events-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void An_event_is_read_as_PutEvents_takes_it()
    {
        var entry = EventFile.ReadAll([Write("""{"Source":"com.example.shop","DetailType":"ErasureRequested","Detail":{"subject_request_id":"a"},"EventBusName":"other"}""")]).Single();

        entry.Source.ShouldBe("com.example.shop");
        entry.DetailType.ShouldBe("ErasureRequested");
        entry.SubjectRequestId.ShouldBe("a");
        entry.EventBusName.ShouldBe("other");
    }

    [Fact]
    public void A_file_may_hold_several_events()
    {
        var file = Write("""[{"Source":"a","DetailType":"t","Detail":{}},{"Source":"b","DetailType":"t","Detail":{}}]""");

        EventFile.ReadAll([file]).Select(entry => entry.Source).ShouldBe(["a", "b"]);
    }

    [Theory]
    [InlineData("not json", "is not JSON (line 1)")]
    [InlineData("[]", "must hold an event object")]
    [InlineData("\"text\"", "must hold an event object")]
    [InlineData("[1]", "is not an object")]
    [InlineData("""{"DetailType":"t","Detail":{}}""", "Source is missing")]
    [InlineData("""{"Source":"s","Detail":{}}""", "DetailType is missing")]
    [InlineData("""{"Source":"s","DetailType":"t"}""", "Detail must be an object")]
    [InlineData("""{"Source":"s","DetailType":"t","Detail":"{}"}""", "Detail must be an object")]
    [InlineData("""{"Source":7,"DetailType":"t","Detail":{}}""", "Source must be a text")]
    [InlineData("""{"source":"s","detail-type":"t","detail":{}}""", "source is not a field")]
    [InlineData("""{"Source":"s","Source":"s","DetailType":"t","Detail":{}}""", "is not JSON")]
    public void What_is_no_event_is_refused_with_the_name_of_the_file(string content, string told)
    {
        var file = Write(content);

        var refused = Should.Throw<InputError>(() => EventFile.ReadAll([file]));

        refused.Message.ShouldStartWith(file);
        refused.Message.ShouldContain(told);
    }

    [Fact]
    public void One_wrong_event_of_several_is_told_by_its_place()
    {
        var file = Write("""[{"Source":"a","DetailType":"t","Detail":{}},{"Source":"b"}]""");

        Should.Throw<InputError>(() => EventFile.ReadAll([file])).Message.ShouldStartWith($"{file}, event 2: ");
    }

    [Fact]
    public void A_message_does_not_quote_what_a_broken_file_says()
    {
        var file = Write("""{"Source": ada.lindqvist@example.com}""");

        Should.Throw<InputError>(() => EventFile.ReadAll([file])).Message.ShouldNotContain("ada");
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var file = Path.Combine(folder.FullName, "nothing.json");

        Should.Throw<InputError>(() => EventFile.ReadAll([file])).Message.ShouldBe($"{file}: there is no such file.");
    }

    private string Write(string content)
    {
        var file = Path.Combine(folder.FullName, "event.json");
        File.WriteAllText(file, content);
        return file;
    }
}
