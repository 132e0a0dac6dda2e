import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { createHttpClient } from '#kit/http-client';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import type { JsonObject } from '#vc/data-model';
import { createStatusListFetcher } from '../../src/fetchers.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { verify } from '../domain/presentation-helper.ts';
import { issueAs } from '../forms.ts';
import { presentJsonLd, presentJwt } from '../presentations.ts';
import { createKey } from '../trust.ts';
import { checkOf, connect, createWorld } from '../world.ts';
import { connections } from './connections.ts';
import { failuresOf, JSON_LD, refuses, refusesJsonLd, TEXT } from './helper.ts';

/** A server on the loopback that nobody may reach. */
async function sinkhole(t: Test) {
  const reached = { connections: 0, port: 0 };
  const server = createServer((socket) => {
    reached.connections += 1;
    socket.destroy();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => void server.close());
  reached.port = (server.address() as AddressInfo).port;
  return reached;
}

const addressesAt = (port: number) => [
  `http://127.0.0.1:${port}/x`,
  `https://127.0.0.1:${port}/x`,
  `https://localhost:${port}/x`,
  `https://localhost.:${port}/x`,
  `https://[::1]:${port}/x`,
  `https://[::ffff:127.0.0.1]:${port}/x`,
  `https://0177.0.0.1:${port}/x`,
  `https://2130706433:${port}/x`,
  `https://127.1:${port}/x`,
  'https://169.254.169.254/latest/meta-data/',
  'https://10.0.0.1/x',
  'https://[fc00::1]/x',
  'https://passport.northmoor.example:5432/x',
  'https://passport.northmoor.example@127.0.0.1/x',
  'https://passport.northmoor.example.evil.example/x',
  'file:///etc/passwd',
];

t.test('V22: no address in a credential is connected to or looked up', async (t) => {
  const reached = await sinkhole(t);
  const before = { ...connections };
  for (const url of addressesAt(reached.port)) {
    // Signed by the issuer as it stands, so that nothing but the address is wrong.
    const entry = (purpose: string) => ({
      type: 'BitstringStatusListEntry',
      statusPurpose: purpose,
      statusListIndex: '7',
      statusListCredential: url,
    });
    await refuses(
      t,
      `a status list at ${url}`,
      (world, _, form) => {
        const credentialStatus = [entry('revocation'), entry('suspension')];
        const status = { status_list: { idx: 7, uri: url } };
        return issueAs(world, form, {
          change: form === 'dc+sd-jwt' ? { status } : { credentialStatus },
        });
      },
      { code: 'STATUS_VERIFICATION_ERROR', forms: ['vcdm2-ed25519-2020', 'dc+sd-jwt'] },
    );
    await refuses(
      t,
      `a schema at ${url}`,
      (world, _, form) =>
        issueAs(world, form, { change: { credentialSchema: { id: url, type: 'JsonSchema' } } }),
      { code: 'SCHEMA_MISMATCH', forms: ['vcdm2-ed25519-2020', ...TEXT] },
    );
    for (const member of ['termsOfUse', 'refreshService', 'evidence', 'relatedResource', 'image']) {
      const world = createWorld();
      const whole = (await issueAs(world, 'vcdm2-ed25519-2020')) as JsonObject;
      const more = {
        ...whole,
        [member]: { id: url, type: 'VerifiableCredentialRefreshService2021' },
      };
      t.equal((await verifyCredential(more, world.ports)).overall, 'fail', `${member} ${url}`);
    }
  }
  t.same(connections, before, 'no connection was begun and no name looked up');
  t.equal(reached.connections, 0);
});

t.test('V22: no DID of an issuer or of a holder is connected to or looked up', async (t) => {
  const reached = await sinkhole(t);
  const before = { ...connections };
  for (const host of [
    `127.0.0.1%3A${reached.port}`,
    `localhost%3A${reached.port}`,
    'localhost%3A5432',
    '169.254.169.254',
    '10.0.0.1',
    '2130706433',
    '0177.0.0.1',
    'evil.example',
    'passport.northmoor.example%3A5432:trusts:ZZA01',
  ]) {
    const did = `did:web:${host}`;
    await refusesJsonLd(t, `issuer ${did}`, (copy) => void Object.assign(copy, { issuer: did }), {
      code: 'ISSUER_NOT_REGISTERED',
      forms: JSON_LD,
    });
    const signer = createKey(did);
    await refuses(t, `key of ${did}`, (world, _, form) => issueAs(world, form, { signer }), {
      code: 'INVALID_VERIFICATION_METHOD',
      forms: ['vcdm2-ed25519-2020', ...TEXT],
    });
    const world = createWorld();
    const by = { did, signer };
    const credentials = [await issueAs(world, 'jwt_vc_json')];
    for (const presentation of [
      await presentJsonLd(world, '2.0', credentials, { by }),
      await presentJwt(world, credentials, { by }),
    ]) {
      const result = await verify(world, presentation);
      t.same(checkOf(result, 'proof'), { outcome: 'fail', code: 'INVALID_DID' }, did);
    }
    t.equal((await verify(world, await presentJwt(world, credentials))).overall, 'pass');
  }
  t.same(connections, before, 'no connection was begun and no name looked up');
  t.equal(reached.connections, 0);
});

t.test('V22: a name of a cell that leads inside is refused before a connection', async (t) => {
  const reached = await sinkhole(t);
  for (const form of CREDENTIAL_FORMS) {
    for (const address of ['127.0.0.1', '169.254.169.254', '10.0.0.1', '::1', 'fd00::1']) {
      const world = createWorld();
      const whole = await issueAs(world, form);
      t.equal((await verifyCredential(whole, world.ports)).overall, 'pass');
      let lookedUp = 0;
      const http = createHttpClient({
        originMap: {},
        // The name that was public a moment ago.
        lookup: (_hostname, _options, callback) => {
          lookedUp += 1;
          callback(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
        },
      });
      connect(world, { fetchStatusList: createStatusListFetcher(http) });
      const before = connections.begun;
      const result = await verifyCredential(whole, world.ports);
      t.same(failuresOf(result.checks), [], `${form} ${address}`);
      t.same(checkOf(result, 'status'), { outcome: 'unknown', code: 'STATUS_RETRIEVAL_ERROR' });
      t.ok(lookedUp > 0, 'the name was looked up');
      t.equal(connections.begun, before, `${address}: no connection was begun`);
      await http.close();
    }
  }
  t.equal(reached.connections, 0);
});
