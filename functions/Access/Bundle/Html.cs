using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>A piece of a page. Text that is put into one is escaped: whatever it contains is shown, and never taken for markup.</summary>
internal readonly record struct Html(string Markup)
{
    public static readonly Html None = new("");

    public static Html Of(Escaping text) => new(text.Markup);

    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.Markup)));

    public override string ToString() => Markup;

    /// <summary>Takes an interpolated string to pieces. What is neither a piece of a page, a text nor a count does not compile.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Escaping(int literalLength, int formattedCount)
    {
        private const int UsualLength = 32;
        private readonly StringBuilder markup = new(literalLength + (formattedCount * UsualLength));

        public string Markup => markup.ToString();

        public void AppendLiteral(string literal) => markup.Append(literal);

        public void AppendFormatted(Html piece) => markup.Append(piece.Markup);

        public void AppendFormatted(string? text) => markup.Append(PageText.Escape(text ?? ""));

        public void AppendFormatted(long number) => markup.Append(number.ToString("N0", CultureInfo.InvariantCulture));
    }
}
