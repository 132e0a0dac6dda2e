import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import t from 'tap';
import { credentialTypes } from '#catalogue/catalogue';
import { renderCard } from '#catalogue/render';
import { startChromium } from './chromium.ts';

t.setTimeout(120_000);

const FOLDER = process.env['CARD_SCREENSHOTS_DIR'];
const SCRIPT = fileURLToPath(new URL('find-faults.js', import.meta.url));
const HOSTILE = [
  '<script>document.title = "run"</script></text></svg><img src=x onerror="document.title = 1">',
  ']]>&bogus;\u0000\u202eetsoh',
  'W'.repeat(1_000),
  'معلومات الموظف 職員資訊 '.repeat(20),
].join('\n');

interface Found {
  faults: string[];
  texts: number;
  cards: number;
}

async function findFaults(page: Page, cards: string[]): Promise<Found> {
  await page.setContent(`<!DOCTYPE html><body style="background: #e5e5e5">${cards.join('<hr>')}`);
  await page.addScriptTag({ path: SCRIPT });
  return page.evaluate<Found>('findFaults()');
}

const faultsOf = async (page: Page, ...texts: string[]) => {
  const card = `<svg width="640" height="90" viewBox="0 0 640 90">${texts.join('')}</svg>`;
  return (await findFaults(page, [card])).faults;
};
const textAt = (x: number, y: number, text: string) => `<text x="${x}" y="${y}">${text}</text>`;

const namesInXml = (page: Page, card: string) =>
  page.evaluate<string[]>(`namesInXml(${JSON.stringify(card)})`);

t.test('cards in Chromium', async (t) => {
  const browser = await startChromium(t);
  const types = credentialTypes();
  const cards = types.map((entry) =>
    renderCard({
      entry,
      claims: entry.example,
      issuerName: 'Ashmere Teaching Hospitals Trust',
      validFrom: '2025-06-03T00:00:00+01:00',
      validUntil: '2028-06-02T22:59:59Z',
    }),
  );
  const page = await browser.newPage({ viewport: { width: 680, height: 900 } });

  await t.test('what is wrong with a card is seen', async (t) => {
    t.same(await faultsOf(page, textAt(32, 30, 'one'), textAt(32, 70, 'two')), []);
    t.same(await faultsOf(page, textAt(32, 30, 'one'), textAt(40, 34, 'two')), [
      'one on the other: one | two',
    ]);
    t.same(await faultsOf(page, textAt(620, 30, 'beyond the edge')), ['outside: beyond the edge']);
    t.same(await faultsOf(page, textAt(32, 89, 'gap')), ['outside: gap']);
    t.same(await faultsOf(page, `<g transform="translate(0 80)">${textAt(32, 30, 'moved')}</g>`), [
      'outside: moved',
    ]);
  });

  await t.test('on every card each text lies inside, and no two on each other', async (t) => {
    const found = await findFaults(page, cards);
    t.equal(found.cards, types.length);
    t.ok(found.texts > 10 * types.length);
    t.same(found.faults, []);
    if (FOLDER === undefined) return;
    mkdirSync(FOLDER, { recursive: true });
    for (const [at, { type }] of types.entries()) {
      await page
        .locator('svg')
        .nth(at)
        .screenshot({ path: join(FOLDER, `${type}.png`) });
    }
  });

  await t.test('in a wider font than the one they are measured for, too', async (t) => {
    const wide = cards.map((card) =>
      card.replaceAll(/font-family="[^"]*"/g, 'font-family="DejaVu Sans"'),
    );
    const { faults } = await findFaults(page, wide);
    t.same(faults, []);
  });

  await t.test('every card is XML, alone too, and has the text as its description', async (t) => {
    for (const card of cards) {
      t.same(await namesInXml(page, card), ['svg', 'title', 'desc']);
    }
    t.notSame(await namesInXml(page, '<svg>&bogus;</svg>'), ['svg']);
  });

  await t.test('hostile claims stay text, inside of the card', async (t) => {
    const entry = {
      title: HOSTILE,
      group: HOSTILE,
      schema: { properties: { note: { title: 'Note', type: 'string' } } },
      rendering: { summary: 'About {note}' },
    };
    const card = renderCard({ entry, claims: { note: HOSTILE }, issuerName: HOSTILE });
    const { faults, cards: shown } = await findFaults(page, [card]);
    t.equal(shown, 1);
    t.same(faults, []);
    t.equal(await page.title(), '');
    t.equal(await page.locator('img').count(), 0);
    t.same(await namesInXml(page, card), ['svg', 'title', 'desc']);
  });
});
