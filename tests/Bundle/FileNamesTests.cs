using System.Text;
using ServerlessGdpr.Functions.Access.Bundle;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Bundle;

public sealed class FileNamesTests
{
    private readonly FileNames names = new();

    [Theory]
    [InlineData("passport.pdf", "passport.pdf")]
    [InlineData("Паспорт 2024.pdf", "Паспорт 2024.pdf")]
    [InlineData("a/b\\c.txt", "a_b_c.txt")]
    [InlineData("..", "file")]
    [InlineData("...hidden", "hidden")]
    [InlineData("trailing. ", "trailing")]
    [InlineData("", "file")]
    [InlineData("con", "_con")]
    [InlineData("NUL.txt", "_NUL.txt")]
    [InlineData("com1.pdf", "_com1.pdf")]
    [InlineData("a:b*c?d\"e<f>g|h", "a_b_c_d_e_f_g_h")]
    [InlineData("tab\tand\nline", "tab_and_line")]
    [InlineData("gpj\u202Eexe.png", "gpj_exe.png")]
    [InlineData("nul\0byte", "nul_byte")]
    [InlineData("COM¹.txt", "_COM¹.txt")]
    [InlineData("conin$", "_conin$")]
    [InlineData("aux .h", "_aux .h")]
    [InlineData("aux2.h", "aux2.h")]
    [InlineData("می\u200Cخواهم 👨\u200D👩\u200D👧.txt", "می\u200Cخواهم 👨\u200D👩\u200D👧.txt")]
    [InlineData("report.txt;1", "report.txt_1")]
    [InlineData("\u2028line\u2029", "_line_")]
    [InlineData("../../etc/passwd", "_.._etc_passwd")]
    [InlineData("C:\\Windows\\win.ini", "C__Windows_win.ini")]
    public void A_name_is_safe_on_every_system(string original, string expected) => names.NameFor(original).ShouldBe(expected);

    [Fact]
    public void Half_a_character_is_none() => names.NameFor("lone\uD800half").ShouldBe("lone_half");

    [Fact]
    public void Names_that_differ_by_case_only_are_told_apart()
    {
        IEnumerable<string> originals = ["a.txt", "A.txt", "a.txt", "a (2).txt"];

        originals.Select(names.NameFor).ShouldBe(["a.txt", "A (2).txt", "a (3).txt", "a (2) (2).txt"]);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("😀")]
    public void A_long_name_is_shortened_and_keeps_its_ending(string letter)
    {
        var name = names.NameFor(string.Concat(Enumerable.Repeat(letter, 400)) + ".pdf");

        name.ShouldEndWith(".pdf");
        Encoding.UTF8.GetByteCount(name).ShouldBeLessThanOrEqualTo(150);
        name.ShouldNotContain("\uFFFD");
    }
}
