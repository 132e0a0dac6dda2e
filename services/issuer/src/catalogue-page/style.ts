/** Plain, and readable from 320 pixels on; every text is at least 7 to 1 against what it stands on. */
export const STYLE = `
:root { --ink: #17202b; --quiet: #414d5c; --line: #c3ccd6; --pale: #f1f4f7; --deep: #3b2a7e; --focus: #ffd21f; }
* { box-sizing: border-box; }
html { font: 1.0625rem/1.55 Arial, Helvetica, "Liberation Sans", sans-serif; color: var(--ink); background: #fff; }
body { margin: 0; overflow-wrap: break-word; }
.wide { max-width: 64rem; margin: 0 auto; padding: 0 1rem; }
header { background: var(--deep); color: #fff; }
header .wide { display: flex; flex-wrap: wrap; gap: 0 2rem; align-items: baseline; padding-block: .75rem; }
header a { color: #fff; }
header ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; list-style: none; margin: 0; padding: 0; }
.product { font-weight: 700; font-size: 1.25rem; margin: 0; }
.product a { text-decoration: none; }
main { padding: 1.5rem 0 3rem; }
main:focus { outline: none; }
footer { background: var(--pale); border-top: 1px solid var(--line); padding: 1rem 0; color: var(--quiet); }
a { color: var(--deep); text-underline-offset: .15em; }
a:focus-visible, pre:focus-visible { outline: 3px solid var(--focus); outline-offset: 0; box-shadow: 0 0 0 6px var(--ink); }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; display: block; padding: .5rem 1rem; background: var(--focus); color: var(--ink); }
h1 { font-size: clamp(1.75rem, 5vw, 2.5rem); line-height: 1.15; margin: .5rem 0 1rem; }
h2 { font-size: 1.5rem; line-height: 1.25; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.125rem; margin: 0 0 .25rem; }
* + h3 { margin-top: 1.5rem; }
p { margin: 0 0 1rem; max-width: 44rem; }
.lead { font-size: 1.1875rem; }
.quiet { color: var(--quiet); font-size: .9375rem; }
code { font: .9em/1.4 "Liberation Mono", Consolas, Menlo, monospace; overflow-wrap: anywhere; }
.crumbs { display: flex; flex-wrap: wrap; list-style: none; margin: 0; padding: 0; font-size: .9375rem; }
.crumbs li + li::before { content: "/"; margin: 0 .5rem; color: var(--quiet); }
.groups { padding-left: 1.25rem; }
.types { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1rem; list-style: none; margin: 0; padding: 0; }
.types li { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; }
.types p { margin: 0 0 .5rem; }
.facts { display: grid; grid-template-columns: minmax(0, 14rem) minmax(0, 1fr); gap: .4rem 1rem; margin: 1rem 0; }
.facts dt { font-weight: 700; }
.facts dd { margin: 0; }
.card svg { display: block; max-width: 100%; height: auto; }
pre { margin: .5rem 0 1rem; padding: 1rem; background: var(--pale); border: 1px solid var(--line); border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.looks { display: grid; grid-template-columns: minmax(0, 40rem) minmax(0, 1fr); gap: 1.5rem; align-items: start; }
.words { margin: 0; font: .9375rem/1.5 Arial, Helvetica, "Liberation Sans", sans-serif; }
.json { user-select: all; max-height: 32rem; overflow-y: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .6rem .75rem .6rem 0; border-bottom: 1px solid var(--line); }
tbody th { width: 26%; }
th code { display: block; font-weight: 400; color: var(--quiet); }
.head { display: none; }
@media (max-width: 48rem) {
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .facts dd { margin-bottom: .75rem; }
  .looks { grid-template-columns: minmax(0, 1fr); }
  thead { position: absolute; left: -999rem; }
  table, tbody, tr, th, td { display: block; }
  tr { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; margin-bottom: .75rem; }
  tbody th, td { border: 0; padding: .2rem 0; width: auto; }
  .head { display: block; color: var(--quiet); font-size: .9375rem; }
}
@media print { header, footer, .skip { display: none; } }
`;
