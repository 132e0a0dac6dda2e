import { trustDid } from '#did/identifiers';
import type { ResolveVerificationMethod } from '#did/resolver';
import { verifyProofs } from '#proofs/verify-proofs';
import type { Clock } from '#vc/clock';
import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';
import type { Answer, Call, Holder } from './ports.ts';

/** A holder's proof of possession that has been verified; the ledger has yet to burn its challenge. */
export interface KeyProof {
  challenge: string;
  binding: Holder;
}

export interface HolderLedger {
  /** @param expiresAt milliseconds since the epoch */
  insertChallenge(odsCode: string, challenge: string, expiresAt: number): Promise<void>;
  /**
   * Burns the challenge and records the binding, the end of an older one and the answer together: 201, or 200
   * with the holder that is bound already.
   * @throws VcError KEY_PROOF_INVALID when the challenge is not one of this trust's, or used, or expired;
   *   CONFLICT when the DID is another employee's
   */
  bindOnce(call: Call, prepare: () => Promise<KeyProof>): Promise<Answer>;
}

// Credentials are bound to keys of this algorithm only: every Multikey of it starts so.
const ED25519_DID_KEY = 'did:key:z6Mk';

export interface HolderBinderDeps {
  publicOrigin: string;
  clock: Clock;
  newId: () => string;
  /** at least 128 random bits as text */
  newChallenge: () => string;
  resolveVerificationMethod: ResolveVerificationMethod;
  ledger: HolderLedger;
}

export interface HolderChallenge {
  challenge: string;
  domain: string;
  /** milliseconds since the epoch */
  expiresAt: number;
}

const CHALLENGE_LIFETIME_MS = 10 * 60_000;
const PRESENTATION_MEMBERS = new Set(['@context', 'id', 'type', 'holder', 'proof']);

/** Links people to keys that they proved to hold: nobody becomes a subject because an HR file names a DID. */
export function createHolderBinder(deps: HolderBinderDeps) {
  return {
    /** A challenge for one binding at this trust within ten minutes; `domain` is the trust's DID. */
    async challenge(odsCode: string): Promise<HolderChallenge> {
      const challenge = deps.newChallenge();
      const expiresAt = deps.clock() + CHALLENGE_LIFETIME_MS;
      await deps.ledger.insertChallenge(odsCode, challenge, expiresAt);
      return { challenge, domain: trustDid(deps.publicOrigin, odsCode), expiresAt };
    },

    /** @throws VcError KEY_PROOF_INVALID, CONFLICT */
    bind(call: Call, employeeId: string, presentation: Record<string, unknown>): Promise<Answer> {
      return deps.ledger.bindOnce(call, async () => {
        const now = deps.clock();
        const domain = trustDid(deps.publicOrigin, call.odsCode);
        const document = presentation as JsonObject;
        const { challenge, did } = await verifyKeyProof(document, { ...deps, domain, now });
        return { challenge, binding: { id: deps.newId(), employeeId, did, boundAt: now } };
      });
    },
  };
}

export type HolderBinder = ReturnType<typeof createHolderBinder>;

interface Expectations {
  domain: string;
  now: number;
  resolveVerificationMethod: ResolveVerificationMethod;
}

async function verifyKeyProof(presentation: JsonObject, expected: Expectations) {
  const did = parseHolder(presentation);
  const challenge = parseChallenge(presentation);
  const { verified, proofs, problems } = await verifyProofs({
    document: presentation,
    purpose: 'authentication',
    challenge,
    ...expected,
  });
  if (!verified) {
    const errors = problems.map(({ pointer = '', detail }) => at(pointer, detail));
    throw invalid('The presentation does not prove possession of the key', errors);
  }
  if (!proofs.every(({ controller }) => controller === did)) {
    throw invalid('The presentation is signed by another key than its holder names');
  }
  return { challenge, did };
}

function parseHolder(presentation: JsonObject): string {
  const unexpected = Object.keys(presentation).filter((name) => !PRESENTATION_MEMBERS.has(name));
  if (unexpected.length > 0) {
    throw invalid(
      'The presentation holds more than holder and proof: it must be empty of credentials',
      unexpected.map((name) => at(`/${name.slice(0, 100)}`, 'does not belong here')),
    );
  }
  if (!asArray(presentation['type']).includes('VerifiablePresentation')) {
    throw invalid('The document is not a presentation', [at('/type', 'is not of a presentation')]);
  }
  const { holder } = presentation;
  if (typeof holder === 'string' && holder.startsWith(ED25519_DID_KEY)) return holder;
  throw invalid('The holder is not a did:key of an Ed25519 key', [
    at('/holder', 'must be a did:key of an Ed25519 key'),
  ]);
}

function parseChallenge({ proof }: JsonObject): string {
  const [first] = asArray<JsonValue>(proof);
  const challenge = isJsonObject(first) ? first['challenge'] : undefined;
  if (typeof challenge === 'string' && challenge.length <= 200) return challenge;
  throw invalid('The presentation is not signed over a challenge');
}

function at(pointer: string, detail: string) {
  return { pointer: `/verifiablePresentation${pointer}`, detail };
}

function invalid(message: string, errors: { pointer: string; detail: string }[] = []): VcError {
  return new VcError('KEY_PROOF_INVALID', message, { errors });
}
