using System.Text.Json;
using ServerlessGdpr.Local.Toolchain;
using Shouldly;
using Xunit;
using Repository = ServerlessGdpr.Tests.Support.Repository;

namespace ServerlessGdpr.Tests.Bundle;

/// <summary>Opens pages in the Chromium of this machine, without a window; it installs one where it may.</summary>
public sealed class Browser : IAsyncLifetime
{
    private string program = "";

    public async ValueTask InitializeAsync() =>
        program = await new DeveloperTools(ServerlessGdpr.Local.Toolchain.Repository.Find(), TimeProvider.System, Console.WriteLine).EnsureBrowserAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <param name="screenshot">A file to put a picture of the page into.</param>
    internal async Task<PageFindings> InspectAsync(string html, string? screenshot = null)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var page = Path.Combine(folder.FullName, "index.html");
            await File.WriteAllTextAsync(page, html, TestContext.Current.CancellationToken);
            string[] arguments = [Repository.PathOf("tests", "Bundle", "inspect-page.mjs"), program, page, .. screenshot is null ? [] : new[] { screenshot, "1100", "2650" }];
            var result = (await ToolProcess.RunAsync("node", arguments, Repository.Root, null, TestContext.Current.CancellationToken)).ShouldNotBeNull();
            result.Succeeded.ShouldBeTrue(result.Errors);
            return JsonSerializer.Deserialize<PageFindings>(result.Output, JsonSerializerOptions.Web)!;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

/// <summary>What <c>inspect-page.mjs</c> prints.</summary>
/// <param name="Headings">Level and text, for example <c>h1 Your personal data</c>.</param>
/// <param name="Captions">Of all tables; empty where one is missing.</param>
/// <param name="Ran">Something on the page has set <c>window.ran</c>.</param>
/// <param name="FirstFocus">What the tabulator key leads to first.</param>
/// <param name="Messages">Of the browser's console.</param>
/// <param name="Overflow">By how many pixels the page is wider than a screen of 360.</param>
/// <param name="Violations">Accessibility: width, rule of axe-core, elements.</param>
/// <param name="Foreign">What was loaded besides the page.</param>
internal sealed record PageFindings(
    string Title,
    string Lang,
    IReadOnlyList<string> Headings,
    IReadOnlyList<string> Landmarks,
    IReadOnlyList<string> Captions,
    int HeadersWithoutScope,
    IReadOnlyList<string> Elements,
    IReadOnlyList<string> Attributes,
    IReadOnlyList<string?> Links,
    int BrokenAnchors,
    string Text,
    bool Ran,
    string FirstFocus,
    IReadOnlyList<string> Messages,
    IReadOnlyList<string> Dialogs,
    int Overflow,
    IReadOnlyList<string> Violations,
    string NavigationInPrint,
    IReadOnlyList<string> Foreign,
    bool IsPrinted);
