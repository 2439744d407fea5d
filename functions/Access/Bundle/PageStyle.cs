namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>How the page looks: on a desk, on a phone, and on paper.</summary>
internal static class PageStyle
{
    public const string Css = """

        :root { color-scheme: light; --ink: #1c2028; --soft: #555c68; --line: #d9dde3; --tint: #f5f7f9; --link: #0b4f9e; }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0 auto; padding: 0 1.5rem 4rem; max-width: 56rem; color: var(--ink); background: #fff; overflow-wrap: break-word;
          font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        td, dd, bdi { overflow-wrap: anywhere; }
        .plain td { overflow-wrap: break-word; }
        p, li { max-width: 42rem; }
        header { padding: 3.5rem 0 1.5rem; }
        header p { margin: 0; }
        header p:first-child { color: var(--soft); }
        h1 { margin: 0.25rem 0 1rem; font-size: 2.5rem; font-weight: 700; line-height: 1.15; letter-spacing: -0.02em; }
        h2 { margin: 3.5rem 0 0.75rem; padding-top: 1.5rem; border-top: 2px solid var(--ink); font-size: 1.625rem; line-height: 1.25; letter-spacing: -0.01em; }
        h3 { margin: 2.25rem 0 0.75rem; font-size: 1.1875rem; line-height: 1.3; }
        h4 { margin: 1.75rem 0 0.25rem; font-size: 1rem; font-weight: 600; color: var(--soft); }
        a { color: var(--link); text-underline-offset: 0.15em; }
        a:focus-visible, [tabindex="0"]:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; }
        main:focus { outline: none; }
        .skip { position: absolute; left: -100rem; }
        .skip:focus { left: 1rem; top: 1rem; padding: 0.5rem 1rem; background: #fff; }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        nav { padding: 0.75rem 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
        nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin: 0; padding: 0; list-style: none; }
        main > section:first-child > h2 { margin-top: 2rem; border-top: 0; padding-top: 0; }
        table { width: 100%; margin: 1rem 0 1.5rem; border-collapse: collapse; font-variant-numeric: tabular-nums; }
        caption { padding: 0 0 0.5rem; color: var(--soft); font-size: 0.9375rem; text-align: start; }
        th, td { padding: 0.55rem 1rem 0.55rem 0; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; }
        th:last-child, td:last-child { padding-inline-end: 0; }
        thead th { border-bottom: 2px solid var(--line); color: var(--soft); font-size: 0.9375rem; font-weight: 600; vertical-align: bottom; }
        tbody th { font-weight: 600; }
        .scroll { overflow-x: auto; }
        .scroll td, .scroll th { min-width: 7rem; }
        td p:first-child { margin-top: 0; }
        td p:last-child { margin-bottom: 0; }
        td ul, dd ul { margin: 0; padding-inline-start: 1.1rem; }
        dl { margin: 0; }
        dt { color: var(--soft); }
        dd { margin: 0; }
        .facts { margin: 0.5rem 0 1.5rem; border-top: 1px solid var(--line); }
        .facts > div { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 0 1.5rem; padding: 0.55rem 0; border-bottom: 1px solid var(--line); }
        dd dl > div, li dl > div, td dl > div { display: grid; grid-template-columns: minmax(0, 9rem) minmax(0, 1fr); gap: 0 1rem; }
        dd dd dl, li li dl { padding-inline-start: 0.75rem; border-inline-start: 2px solid var(--line); }
        dd dd dl > div, li li dl > div { display: block; }
        .inner { margin: 0 0 0.25rem; }
        .inner caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .inner th, .inner td { padding-block: 0.2rem; }
        .inner thead th { padding-top: 0; border-bottom-width: 1px; font-weight: 400; }
        .inner tbody tr:last-child td { border-bottom: 0; }
        bdi { white-space: pre-wrap; }
        code { padding: 0.1em 0.35em; border-radius: 3px; background: var(--tint); font-size: 0.9em; }
        .note { color: var(--soft); font-style: italic; }
        .box { margin: 1.25rem 0; padding: 0.9rem 1.25rem; border: 1px solid var(--line); border-inline-start: 4px solid var(--ink); background: var(--tint); }
        .box p { margin: 0; }
        .box ul { margin: 0.5rem 0; padding-inline-start: 1.1rem; }
        footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.9375rem; }
        @media (max-width: 40rem) {
          body { padding: 0 1rem 3rem; font-size: 1rem; }
          header { padding-top: 2rem; }
          h1 { font-size: 2rem; }
          .facts > div { display: block; }
          th, td { padding-inline-end: 0.75rem; }
        }
        @media print {
          @page { margin: 18mm; }
          body { max-width: none; padding: 0; font-size: 10.5pt; line-height: 1.45; }
          header { padding-top: 0; }
          nav, .skip { display: none; }
          h2, h3, h4, caption, thead { break-after: avoid; }
          h2 { margin-top: 1.5rem; }
          tr, .facts > div, .box { break-inside: avoid; }
          thead { display: table-header-group; }
          a { color: inherit; }
          .scroll { overflow: visible; }
          .scroll td, .scroll th { min-width: 0; }
        }

        """;
}
