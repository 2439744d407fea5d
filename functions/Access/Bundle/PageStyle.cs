namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>How the page looks: on a desk, on a phone, and on paper.</summary>
internal static class PageStyle
{
    public const string Css = """

        :root { color-scheme: light; --ink: #1d2129; --soft: #545b66; --line: #d5d9e0; --tint: #f4f6f9; --link: #0b4f9e; }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 0 1.25rem 4rem; max-width: 60rem; color: var(--ink); background: #fff;
          font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
        header { padding: 3rem 0 1rem; }
        header p { margin: 0; color: var(--soft); }
        h1 { margin: 0; font-size: 2.25rem; line-height: 1.2; letter-spacing: -0.02em; }
        h2 { margin: 3rem 0 0.75rem; padding-top: 1.5rem; border-top: 1px solid var(--line); font-size: 1.5rem; line-height: 1.3; }
        h3 { margin: 1.75rem 0 0.5rem; font-size: 1.125rem; }
        a { color: var(--link); }
        a:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
        .skip { position: absolute; left: -100rem; }
        .skip:focus { left: 1rem; top: 1rem; padding: 0.5rem 1rem; background: #fff; }
        nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0; padding: 0; list-style: none; }
        table { width: 100%; margin: 1rem 0 1.5rem; border-collapse: collapse; }
        caption { padding: 0 0 0.5rem; color: var(--soft); font-size: 0.9375rem; text-align: start; }
        th, td { padding: 0.5rem 0.75rem; border-top: 1px solid var(--line); text-align: start; vertical-align: top; }
        thead th { border-top: 0; background: var(--tint); font-size: 0.9375rem; }
        tbody tr:last-child > * { border-bottom: 1px solid var(--line); }
        .record th { width: 30%; background: var(--tint); font-weight: 600; }
        .scroll { overflow-x: auto; }
        .scroll td, .scroll th { min-width: 8rem; }
        td ul { margin: 0; padding-inline-start: 1.1rem; }
        dl { display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: 0 0.75rem; margin: 0; }
        dt { color: var(--soft); }
        dd { margin: 0; }
        bdi { white-space: pre-wrap; }
        code { padding: 0.1em 0.3em; background: var(--tint); font-size: 0.9375em; }
        .note { color: var(--soft); }
        .box { margin: 1rem 0; padding: 0.75rem 1rem; border: 1px solid var(--line); border-inline-start: 4px solid var(--link); background: var(--tint); }
        .box p { margin: 0; }
        footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.9375rem; }
        @media (max-width: 40rem) {
          body { padding: 0 1rem 3rem; }
          header { padding-top: 2rem; }
          h1 { font-size: 1.75rem; }
          .record th, .record td { display: block; width: auto; }
          .record td { border-top: 0; }
          dl { grid-template-columns: 1fr; }
          dd { margin-bottom: 0.5rem; }
        }
        @media print {
          body { max-width: none; padding: 0; font-size: 10.5pt; }
          nav, .skip { display: none; }
          h2, h3, caption { break-after: avoid; }
          tr { break-inside: avoid; }
          .scroll { overflow: visible; }
          .scroll td, .scroll th { min-width: 0; }
        }

        """;
}
