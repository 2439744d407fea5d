using System.Text;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>Hands on what is written, line by line.</summary>
internal sealed class LineWriter(Action<string> line) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value) => line(value ?? "");
}
