import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import * as vc from '@digitalbazaar/vc';
import { Resolver } from 'did-resolver';
import Fastify from 'fastify';
import { getResolver } from 'key-did-resolver';
import { knownContext } from '#json-ld/document-loader';

// What a team would write in a day: the libraries as they come, contexts from memory, a did:key issuer; no database,
// no status, no registry, no authorization. Every service is measured beside it in the same run.

const resolver = new Resolver(getResolver());

async function documentLoader(url: string) {
  const context = knownContext(url);
  if (context !== undefined) return { contextUrl: null, documentUrl: url, document: context };
  if (!url.startsWith('did:key:')) throw new Error(`not known: ${url}`);
  return { contextUrl: null, documentUrl: url, document: await resolveKey(url) };
}

async function resolveKey(url: string) {
  const [did = '', fragment] = url.split('#');
  const { didDocument } = await resolver.resolve(did);
  const publicKeyMultibase = did.slice('did:key:'.length);
  const id = `${did}#${publicKeyMultibase}`;
  const method = { id, type: 'Multikey', controller: did, publicKeyMultibase };
  if (fragment !== undefined)
    return { '@context': 'https://w3id.org/security/multikey/v1', ...method };
  return {
    ...didDocument,
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    verificationMethod: [method],
    assertionMethod: [id],
    authentication: [id],
  };
}

const keyPair = await Ed25519Multikey.generate();
const did = `did:key:${keyPair.publicKeyMultibase}`;
Object.assign(keyPair, { id: `${did}#${keyPair.publicKeyMultibase}`, controller: did });
const issuingSuite = new Ed25519Signature2020({ signer: keyPair.signer() });
const checkStatus = () => Promise.resolve({ verified: true });

const app = Fastify({ bodyLimit: 1024 * 1024 });

app.get('/did', () => ({ did }));

app.post<{ Body: { credential: object } }>('/credentials/issue', async (request, reply) => {
  const credential = { ...request.body.credential, issuer: did };
  const now = new Date().toISOString();
  const verifiableCredential = await vc.issue({
    credential,
    suite: issuingSuite,
    documentLoader,
    now,
  });
  return reply.code(201).send({ verifiableCredential });
});

app.post<{ Body: { verifiableCredential: object } }>(
  '/credentials/verify',
  async (request, reply) => {
    const { verified } = await vc.verifyCredential({
      credential: request.body.verifiableCredential,
      suite: new Ed25519Signature2020({}),
      documentLoader,
      checkStatus,
    });
    return reply.code(verified ? 200 : 400).send({ verified });
  },
);

app.post<{ Body: { verifiablePresentation: object; options: { challenge: string } } }>(
  '/presentations/verify',
  async (request, reply) => {
    const { verified } = await vc.verify({
      presentation: request.body.verifiablePresentation,
      challenge: request.body.options.challenge,
      suite: new Ed25519Signature2020({}),
      documentLoader,
      checkStatus,
    });
    return reply.code(verified ? 200 : 400).send({ verified });
  },
);

const address = await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT'] ?? '0') });
process.stdout.write(`listening ${address}\n`);
process.on('disconnect', () => process.exit(0));
