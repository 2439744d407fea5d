using ServerlessGdpr.Infra.Environments;
using ServerlessGdpr.Local.Drawings;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Docs;

public sealed class DrawingsTests
{
    [Fact]
    public void The_drawings_in_the_docs_show_the_workflows_as_they_are()
    {
        var root = Repository.Find().Root;

        File.ReadAllText(Path.Combine(root, DrawingsInDocs.Document))
            .ShouldBe(DrawingsInDocs.Redraw(root), "run `dotnet run --project local -- draw`");
    }
}
