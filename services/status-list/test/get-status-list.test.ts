import t from 'tap';
import { generateEd25519Key, createEd25519Signer } from '#proofs/signer';
import { signCredential } from '#proofs/add-proof';
import { verifyProofs } from '#proofs/verify-proofs';
import { publicKeyObject } from '#did/keys';
import { trustDid } from '#did/identifiers';
import { toDateTimeStamp } from '#vc/clock';
import { ASHMERE, build, changeOf, ORIGIN, signQuickly, START, unsignedList } from './helper.ts';

t.test('a list is served exactly as the issuer signed it, and its proof verifies', async (t) => {
  const { privateKey, publicKeyMultibase } = generateEd25519Key();
  const controller = trustDid(ORIGIN, ASHMERE);
  const id = `${controller}#${publicKeyMultibase}`;
  const { lease, app } = await build(t, {
    sign: (request) =>
      signCredential({
        credential: unsignedList(request),
        signer: createEd25519Signer({ id, privateKey }),
        suites: ['Ed25519Signature2020'],
        created: toDateTimeStamp(START),
      }),
  });
  const { revocationList } = await lease(ASHMERE);
  const answer = await app.inject({ url: new URL(revocationList).pathname });
  t.equal(answer.statusCode, 200);
  t.equal(answer.headers['content-type'], 'application/vc');
  t.equal(answer.headers['cache-control'], 'public, max-age=15');
  t.equal(answer.headers['access-control-allow-origin'], '*');
  t.equal(answer.headers['content-length'], String(answer.rawPayload.length));
  t.equal(answer.headers['set-cookie'], undefined);
  const resolveVerificationMethod = async () => ({
    id,
    controller,
    publicKeyMultibase,
    publicKey: publicKeyObject(publicKeyMultibase),
  });
  const document = answer.json<Parameters<typeof verifyProofs>[0]['document']>();
  const options = { purpose: 'assertionMethod', resolveVerificationMethod, now: START } as const;
  t.match(await verifyProofs({ document, ...options }), { verified: true });
  const tampered = { ...document, validUntil: '2099-01-01T00:00:00Z' };
  t.match(await verifyProofs({ document: tampered, ...options }), { verified: false });
});

t.test('the tag names the version: an unchanged list is not sent again', async (t) => {
  const { lease, app, change, deps } = await build(t);
  const leased = await lease(ASHMERE);
  const url = new URL(leased.revocationList).pathname;
  const get = (tag?: string) =>
    app.inject({ url, headers: tag === undefined ? {} : { 'if-none-match': tag } });
  const first = await get();
  const tag = String(first.headers.etag);
  t.match(tag, /^"[\w-]+"$/);
  for (const sent of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const again = await get(sent);
    t.equal(again.statusCode, 304, sent);
    t.equal(again.body, '');
    t.equal(again.headers.etag, tag);
    t.equal(again.headers['cache-control'], 'public, max-age=15');
  }
  t.equal((await get('"other"')).statusCode, 200);
  await change(changeOf(leased));
  await deps.publishDueLists();
  const newer = await get(tag);
  t.equal(newer.statusCode, 200);
  t.not(newer.headers.etag, tag);
});

t.test('HEAD answers the headers of GET without its body', async (t) => {
  const { lease, app } = await build(t);
  const url = new URL((await lease(ASHMERE)).revocationList).pathname;
  const get = await app.inject({ url });
  const head = await app.inject({ method: 'HEAD', url });
  t.equal(head.statusCode, 200);
  t.equal(head.body, '');
  for (const name of ['etag', 'content-type', 'content-length', 'cache-control']) {
    t.equal(head.headers[name], get.headers[name], name);
  }
});

t.test('S10: the signed bytes are the same whatever encoding or range is asked for', async (t) => {
  const { lease, app } = await build(t);
  const leased = await lease(ASHMERE, 'token');
  for (const list of [leased.revocationList, leased.tokenList ?? '']) {
    const url = new URL(list).pathname;
    const plain = await app.inject({ url });
    t.equal(plain.headers['content-length'], String(plain.rawPayload.length));
    t.equal(plain.headers['accept-ranges'], 'none');
    for (const headers of [
      { 'accept-encoding': 'gzip' },
      { 'accept-encoding': 'gzip, br;q=1.0, *;q=0' },
      { range: 'bytes=0-9' },
      { range: 'bytes=0-9', 'if-range': String(plain.headers.etag) },
      { accept: 'text/html' },
    ]) {
      const answer = await app.inject({ url, headers });
      t.equal(answer.statusCode, 200);
      t.equal(answer.headers['content-encoding'], undefined);
      t.same(answer.rawPayload, plain.rawPayload);
    }
    const head = await app.inject({ method: 'HEAD', url });
    t.equal(head.headers['content-length'], plain.headers['content-length']);
    t.equal(head.body, '');
    const again = await app.inject({ url, headers: { 'if-none-match': plain.headers.etag } });
    t.equal(again.statusCode, 304);
    t.equal(again.body, '');
  }
});

t.test('S9: what is asked for a list tells of no credential and no holder', async (t) => {
  const { lease, app } = await build(t);
  const leased = await lease(ASHMERE);
  const { pathname, search } = new URL(leased.revocationList);
  t.match(pathname, /^\/status-lists\/[0-9a-f-]{36}$/);
  t.equal(search, '');
  const answer = await app.inject({ url: pathname });
  t.equal(answer.headers['cache-control'], 'public, max-age=15');
  t.equal(answer.headers['set-cookie'], undefined);
  t.equal(answer.headers['vary'], undefined);
  t.equal(answer.headers['access-control-allow-origin'], '*');
  // whoever asks, with whatever cookie, query or token: one answer that a CDN may share
  const asked = { url: `${pathname}?index=7&holder=x`, headers: { cookie: 'a=b' } };
  t.same((await app.inject(asked)).rawPayload, answer.rawPayload);
  const described = (await app.inject('/openapi.json')).json<{
    paths: Record<string, { get?: { parameters: { name: string; in: string }[] } }>;
  }>();
  const parameters = described.paths['/status-lists/{id}']?.get?.parameters ?? [];
  t.match(parameters, [{ name: 'id', in: 'path' }]);
  t.equal(parameters.length, 1);
});

t.test('S12: an expired list is refused until its bits are read and signed again', async (t) => {
  const { lease, app, clock, deps, change, served, signer } = await build(t);
  const leased = await lease(ASHMERE);
  const url = new URL(leased.revocationList).pathname;
  clock.now = START + 3_600_000 - 1;
  t.equal((await app.inject({ url })).statusCode, 200);
  clock.now += 1;
  for (const headers of [{}, { 'if-none-match': '*' }]) {
    const refused = await app.inject({ url, headers });
    t.equal(refused.statusCode, 503);
    t.equal(refused.json<{ code: string }>().code, 'SERVICE_UNAVAILABLE');
    t.ok(refused.headers['retry-after']);
    t.equal(refused.headers['cache-control'], 'no-store');
  }
  // while nobody signs, old bits stay unserved, and a change is taken all the same
  signer.sign = () => Promise.reject(new Error('the issuer is away'));
  await change(changeOf(leased));
  await deps.publishDueLists();
  t.equal((await app.inject({ url })).statusCode, 503);
  signer.sign = signQuickly;
  await deps.publishDueLists();
  t.ok((await served(leased.revocationList)).bit(leased.indexes[0] ?? -1));
});

t.test('a list that does not exist is not found', async (t) => {
  const { lease, app } = await build(t);
  const { revocationList, listPairId } = await lease(ASHMERE);
  t.equal((await app.inject({ url: new URL(revocationList).pathname })).statusCode, 200);
  const unknown = await app.inject({ url: `/status-lists/${listPairId}` });
  t.equal(unknown.statusCode, 404);
  t.equal(unknown.json<{ code: string }>().code, 'NOT_FOUND');
  t.equal((await app.inject({ url: '/status-lists/not-a-uuid' })).statusCode, 400);
});
