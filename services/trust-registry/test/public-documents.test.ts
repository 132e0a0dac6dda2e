import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TypeMetadataFormatSchema } from '@sd-jwt/sd-jwt-vc';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import t from 'tap';
import { CONTEXT_URL, credentialTypes, schemaUrl, vctUrl } from '#catalogue/catalogue';
import { PROBLEMS } from '#kit/problem';
import { build, buildNorthmoor } from './helper.ts';

const CHANGES = '/v1/changes';

t.test('every context of ours is served byte for byte as it is pinned', async (t) => {
  const registry = await build(t);
  const manifestUrl = new URL('../../../contexts/manifest.json', import.meta.url);
  const manifest: Record<string, { sha256: string }> = JSON.parse(
    readFileSync(manifestUrl, 'utf8'),
  );
  const ours = Object.keys(manifest).filter((url) => new URL(url).host === 'staffpassport.example');
  t.ok(ours.includes(CONTEXT_URL));
  for (const url of ours) {
    const { pathname } = new URL(url);
    const answer = await registry.get(pathname);
    t.equal(answer.statusCode, 200, url);
    t.equal(answer.headers['content-type'], 'application/ld+json');
    const digest = createHash('sha256').update(answer.rawPayload).digest('hex');
    t.equal(digest, manifest[url]?.sha256);
    t.match(answer.headers['cache-control'], /^public, max-age=\d{5,}$/);
    const etag = String(answer.headers['etag']);
    t.equal((await registry.get(pathname, { 'if-none-match': etag })).statusCode, 304);
  }
  t.equal((await registry.get('/contexts/v9')).json().code, 'NOT_FOUND');
});

t.test('every type’s schema is served where its credentials say it is', async (t) => {
  const registry = await build(t);
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  for (const { type, version } of credentialTypes()) {
    const url = schemaUrl(type, version);
    const answer = await registry.get(new URL(url).pathname);
    t.equal(answer.headers['content-type'], 'application/schema+json');
    t.equal(answer.json().$id, url);
    t.ok(ajv.compile(answer.json()));
  }
  for (const path of ['FireSafetyCredential/9.9.9', 'MadeUpCredential/1.0.0']) {
    t.equal((await registry.get(`/schemas/${path}`)).json().code, 'NOT_FOUND');
  }
});

t.test('the metadata of every type of SD-JWT is served where its vct says it is', async (t) => {
  const registry = await build(t);
  for (const { type, version } of credentialTypes()) {
    const vct = vctUrl(type, version);
    const answer = await registry.get(new URL(vct).pathname);
    t.equal(answer.headers['content-type'], 'application/json');
    const { claims } = answer.json();
    t.equal(answer.json().vct, vct, 'what a reader must compare');
    t.ok(TypeMetadataFormatSchema.safeParse(answer.json()).success, type);
    t.not(claims.length, 0);
  }
  for (const path of ['FireSafetyCredential/9', 'MadeUpCredential/1']) {
    t.equal((await registry.get(`/vct/${path}`)).json().code, 'NOT_FOUND');
  }
  t.equal((await registry.get('/vct/FireSafetyCredential/1.0.0')).statusCode, 400);
});

t.test('every problem type of ours leads to a page, and no other does', async (t) => {
  const registry = await build(t);
  const ours = Object.entries(PROBLEMS).filter(([, { type }]) =>
    type.startsWith('https://staffpassport.example/problems/'),
  );
  t.ok(ours.length > 40);
  for (const [code, { type, status }] of ours) {
    const page = await registry.get(new URL(type).pathname);
    t.match(page.json(), { type, code, status, title: /\w/, whatToDo: /\w{2,}/ }, code);
  }
  for (const code of ['parsing-error', 'constructor', 'to-string', 'made-up']) {
    t.equal((await registry.get(`/problems/${code}`)).json().code, 'NOT_FOUND', code);
  }
});

t.test('pages of any origin may read what is public, and learn no more', async (t) => {
  const registry = await buildNorthmoor(t);
  for (const url of [
    '/v1/organisations',
    '/v1/organisations/ZZA01',
    '/trusts/ZZA01/did.json',
    '/.well-known/did.json',
    '/contexts/v1',
    '/v1/snapshot',
    '/v1/snapshot/changes?since=0',
    '/v1/genesis',
    '/problems/not-found',
    '/v1/organisations/ZZZ99',
  ]) {
    const { headers } = await registry.get(url, { origin: 'https://wallet.example' });
    t.equal(headers['access-control-allow-origin'], '*', url);
    t.equal(headers['access-control-allow-credentials'], undefined);
  }
  const change = await registry.change(CHANGES, { operations: [] });
  t.equal(change.headers['access-control-allow-origin'], undefined);
});

t.test('pages of any origin may ask the trust registry query, and change nothing', async (t) => {
  const { app } = await build(t);
  const preflight = (url: string) =>
    app.inject({
      method: 'OPTIONS',
      url,
      headers: {
        origin: 'https://wallet.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
  for (const url of ['/authorization', '/recognition']) {
    const allowed = await preflight(url);
    t.equal(allowed.statusCode, 204);
    t.match(allowed.headers, {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
    });
  }
  const answer = await app.inject({ method: 'POST', url: '/authorization', payload: {} });
  t.equal(answer.statusCode, 400);
  t.equal(answer.headers['access-control-allow-origin'], '*', 'a page reads why it was refused');
  const refused = await preflight(CHANGES);
  t.equal(refused.statusCode, 405);
  t.equal(refused.headers['access-control-allow-origin'], undefined);
});

t.test('a method that a public document does not have is 405', async (t) => {
  const registry = await build(t);
  const answer = await registry.app.inject({ method: 'DELETE', url: '/trusts/ZZA01/did.json' });
  t.equal(answer.json().code, 'METHOD_NOT_ALLOWED');
});
