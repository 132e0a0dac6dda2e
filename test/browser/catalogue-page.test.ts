import t from 'tap';
import { catalogue } from '#catalogue/catalogue';
import { createServer } from '#kit/server';
import { describeFields } from '../../services/issuer/src/domain/describe-fields.ts';
import { getCataloguePage } from '../../services/issuer/src/routes/get-catalogue-page.ts';
import { startChromium } from './chromium.ts';

t.setTimeout(120_000);

const TYPE = 'StaffIdentityCredential';

t.test('the catalogue in Chromium', async (t) => {
  const app = await createServer({ name: 'test', description: 'test', logger: false });
  getCataloguePage(app, { catalogue });
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  t.teardown(() => app.close());
  const browser = await startChromium(t);

  for (const [width, paths] of [
    [320, ['', ...catalogue.credentialTypes().map(({ type }) => `/${type}`)]],
    [1280, ['', `/${TYPE}`, '/ExposureProneProcedureTestsCredential']],
  ] as const) {
    await t.test(`every page fits into ${width} pixels and has its headings`, async (t) => {
      const page = await browser.newPage({ viewport: { width, height: 800 } });
      const complaints: string[] = [];
      const asked = new Set<string>();
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => asked.add(new URL(request.url()).origin));
      for (const path of paths) {
        await page.goto(`${origin}/docs/catalogue${path}`);
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
        t.ok(wide <= width, `no horizontal scroll on ${path}: ${wide}`);
        t.equal(await page.locator('h1').count(), 1);
        t.ok((await page.locator('h2').count()) >= 4);
        for (const landmark of ['banner', 'main', 'contentinfo'] as const) {
          t.equal(await page.getByRole(landmark).count(), 1, landmark);
        }
        t.equal(await page.locator('html').getAttribute('lang'), 'en-GB');
      }
      t.same(complaints, [], 'the policy refuses nothing that the pages need');
      t.same([...asked], [origin]);
    });
  }

  await t.test('the first stop of the keyboard leads to the content', async (t) => {
    const page = await browser.newPage();
    await page.goto(`${origin}/docs/catalogue/${TYPE}`);
    await page.keyboard.press('Tab');
    t.equal(await page.locator(':focus').textContent(), 'Skip to main content');
    t.ok(await page.locator(':focus').isVisible());
    await page.keyboard.press('Enter');
    t.equal(await page.locator(':focus').getAttribute('id'), 'main');
  });

  await t.test('the fields stay a table with headers where rows are stacked', async (t) => {
    const entry = catalogue.findCredentialType(TYPE);
    const fields = entry === undefined ? [] : describeFields(entry);
    const rows = fields.length + fields.flatMap(({ inside }) => inside).length;
    t.ok(rows > fields.length);
    for (const width of [320, 1280]) {
      const page = await browser.newPage({ viewport: { width, height: 800 } });
      await page.goto(`${origin}/docs/catalogue/${TYPE}`);
      const table = page.getByRole('table', { name: 'What it says' });
      t.equal(await table.getByRole('columnheader').count(), 5);
      t.equal(await table.getByRole('rowheader').count(), rows);
      t.equal(await table.getByRole('cell').count(), 4 * rows);
      for (const { label } of fields) t.ok(await table.getByText(label).first().isVisible(), label);
      await page.close();
    }
  });

  await t.test(
    'the card is a picture with a name, and the example is selected as one',
    async (t) => {
      const page = await browser.newPage();
      await page.goto(`${origin}/docs/catalogue/${TYPE}`);
      t.equal(await page.getByRole('img', { name: 'Identity' }).count(), 1);
      await page.getByRole('region', { name: 'Request body' }).click();
      const selected = await page.evaluate<string>('getSelection().toString()');
      t.match(JSON.parse(selected), { type: TYPE });
    },
  );
});
