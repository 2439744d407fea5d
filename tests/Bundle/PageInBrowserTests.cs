using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Bundle;

/// <summary>
/// The page as Chromium shows it. Where <c>ACCESS_PAGE_SCREENSHOT</c> names a file, it gets a picture of the top of the page: CONTRIBUTING.md says how.
/// </summary>
public sealed class PageInBrowserTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task The_page_is_for_everyone_on_every_screen_and_on_paper()
    {
        var bundle = await PackedBundle.OfAsync(SamplePerson.Exports());

        var screenshot = Environment.GetEnvironmentVariable("ACCESS_PAGE_SCREENSHOT");
        var page = await browser.InspectAsync(bundle.Page, screenshot is null ? null : Path.GetFullPath(screenshot, Repository.Root));

        ShouldBeSound(page);
        page.Title.ShouldBe("Your personal data – Example Shop Ltd");
        page.Headings.Where(heading => heading.StartsWith("h1") || heading.StartsWith("h2")).ShouldBe(
            ["h1 Your personal data", "h2 Summary", "h2 Your rights", "h2 Your customer account", "h2 Your orders", "h2 Files you uploaded", "h2 Newsletters you were sent", "h2 Your tickets", "h2 Your notes"]);
        page.Links.ShouldContain("files/uploads/Rechnung%20Zelt%20%E2%80%93%20R%C3%BCckgabe.pdf");
        page.Text.ShouldContain("14 September 2026, 08:12 UTC");
        page.Text.ShouldContain("left out because it is about another person");
    }

    [Fact]
    public async Task Nothing_held_is_a_sound_page_too() => ShouldBeSound(await browser.InspectAsync((await PackedBundle.OfAsync(new ExportedSamples().Add("orders", []))).Page));

    [Fact]
    public async Task What_records_contain_neither_runs_nor_breaks_the_page()
    {
        var page = await browser.InspectAsync((await PackedBundle.OfAsync(HostileContent.Exports())).Page);

        ShouldBeSound(page);
        page.Elements.ShouldBeSubsetOf(HostileContent.Elements);
        page.Attributes.ShouldBeSubsetOf(HostileContent.Attributes);
        page.Links.ShouldAllBe(link => link!.StartsWith('#') || link.StartsWith("files/") || link.StartsWith("data/"));
        foreach (var (_, text) in HostileContent.Shown) page.Text.ShouldContain(text);
    }

    [Fact]
    public async Task Even_markup_that_got_through_could_run_and_load_nothing()
    {
        const string Markup = "<script>window.ran = true</script><img src=\"https://example.com/x.png\" onerror=\"window.ran = true\"><svg onload=\"window.ran = true\"></svg>";
        var bundle = await PackedBundle.OfAsync(SamplePerson.Exports());

        var page = await browser.InspectAsync(bundle.Page.Replace("</main>", $"{Markup}</main>", StringComparison.Ordinal));

        page.Elements.ShouldContain("script");
        page.Ran.ShouldBeFalse();
        page.Messages.ShouldContain(message => message.Contains("Content Security Policy"));
    }

    private static void ShouldBeSound(PageFindings page)
    {
        page.Lang.ShouldBe("en");
        page.Headings.Count(heading => heading.StartsWith("h1")).ShouldBe(1);
        var levels = page.Headings.Select(heading => heading[1] - '0').ToList();
        levels.Zip(levels.Skip(1)).ShouldAllBe(pair => pair.Second <= pair.First + 1);
        page.Landmarks.ShouldBe(["header", "nav", "main", "footer"]);
        page.Captions.ShouldAllBe(caption => caption.Length > 0);
        page.HeadersWithoutScope.ShouldBe(0);
        page.BrokenAnchors.ShouldBe(0);
        page.FirstFocus.ShouldBe("Skip to the content");
        page.Ran.ShouldBeFalse();
        page.Messages.ShouldBeEmpty();
        page.Dialogs.ShouldBeEmpty();
        page.Foreign.ShouldBeEmpty();
        page.Violations.ShouldBeEmpty();
        page.Overflow.ShouldBe(0);
        page.NavigationInPrint.ShouldBe("none");
        page.IsPrinted.ShouldBeTrue();
    }
}
