import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { didKey, didKeyMethod, publicKeyMultibaseOf } from '#did/keys';
import { createEd25519Signer, type Signer } from '#proofs/signer';
import type { JsonObject } from '#vc/data-model';
import { createHrClient, type HrClient, type StackFile } from '../local/hr-client.ts';
import { createPersonClient } from '../local/people.ts';
import { must } from '../local/seed.ts';
import { type Draft, draftOf, signDraft, ZOO_FORMS, type ZooForm } from './drafts.ts';

export type Issued = Record<ZooForm, JsonObject | string>;

/** Everything that exhibits are made with: the public interfaces of a stack, and the keys that it gives for examples. */
export interface Workshop {
  stack: StackFile;
  /** the trust that signs with software of its own; its DID */
  issuer: string;
  issuerOdsCode: string;
  /** its system, at its cell's issuer */
  hr: HrClient;
  /** the trust that verifies */
  asker: StackFile['clients'][number];
  host: HrClient;
  administrator: HrClient;
  /** two people of the ICS */
  people: readonly [HrClient, HrClient];
  /** the trust's own key, which the registry pins */
  signer: Signer;
  issuerKey: KeyObject;
  holder: { did: string; signer: Signer };
  /** right in every form, signed with `signer` */
  drafts: Record<ZooForm, Draft>;
  good: Issued;
}

/** The credential type that the trust may issue. */
export const ZOO_TYPE = 'FireSafetyCredential';
const EMPLOYEE = 'DEMO-0001';

export async function openWorkshop(stack: StackFile): Promise<Workshop> {
  const trust = stack.clients.find(({ assertionKeyFile }) => assertionKeyFile !== undefined);
  const asker = stack.clients.find((client) => client !== trust && client !== stack.clients[0]);
  const ics = stack.people.filter(({ scope }) => !scope.includes('credentials:'));
  const [maker, approver] = ics.map((person) => createPersonClient(stack, person));
  const { holderKeyFile } = stack.examples;
  if (trust?.assertionKeyFile === undefined || !asker || !maker || !approver) {
    throw new Error('the zoo needs the sample cell Northmoor');
  }
  const hr = createHrClient(stack, trust);
  const holderKey = keyOf(String(holderKeyFile));
  const multibase = publicKeyMultibaseOf(holderKey);
  const issuerKey = keyOf(trust.assertionKeyFile);
  const signer = signerOf(trust.issuer, issuerKey);
  const { drafts, good } = await makeGood(hr, signer);
  return {
    stack,
    issuer: trust.issuer,
    issuerOdsCode: trust.odsCode,
    hr,
    asker,
    host: createHrClient(stack, asker),
    administrator: createHrClient(stack, stack.administrator),
    people: [maker, approver],
    signer,
    issuerKey,
    holder: {
      did: didKey(multibase),
      signer: createEd25519Signer({ id: didKeyMethod(multibase), privateKey: holderKey }),
    },
    drafts,
    good,
  };
}

async function makeGood(hr: HrClient, signer: Signer): Promise<Pick<Workshop, 'drafts' | 'good'>> {
  const issued = await mintFamily(hr);
  const drafts = {} as Workshop['drafts'];
  const good = {} as Issued;
  for (const form of ZOO_FORMS) {
    drafts[form] = draftOf(form, issued[form]);
    good[form] = await signDraft(drafts[form], signer);
  }
  return { drafts, good };
}

/** One credential of the trust in all forms. @param more further members of the call */
export async function mintFamily(hr: HrClient, more: JsonObject = {}): Promise<Issued> {
  const minted = must(
    await hr.post('issuer', '/v1/credentials', {
      employeeId: EMPLOYEE,
      type: ZOO_TYPE,
      claims: {
        competencyFramework: 'CSTF',
        subjectName: 'Fire Safety',
        competencyName: 'Fire Safety',
        subjectLevel: '1',
        attainmentStatus: 'ACHIEVED',
        awardingOrganisation: 'ZZC03',
        dateLastAwarded: '2026-09-01',
      },
      forms: ZOO_FORMS,
      ...more,
    }),
    201,
  );
  const { verifiableCredential: first, otherForms } = minted.body as unknown as {
    verifiableCredential: JsonObject;
    otherForms: { form: ZooForm; verifiableCredential: JsonObject | string }[];
  };
  const others = otherForms.map(({ form, verifiableCredential }) => [form, verifiableCredential]);
  return { ...Object.fromEntries(others), [ZOO_FORMS[0]]: first } as Issued;
}

/** What a private key signs with in the name of an organisation. */
export function signerOf(did: string, privateKey: ReturnType<typeof createPrivateKey>): Signer {
  return createEd25519Signer({ id: `${did}#${publicKeyMultibaseOf(privateKey)}`, privateKey });
}

/** Operations that one person proposes and another approves. @returns what came of each */
export async function agree(
  { people: [maker, approver] }: Workshop,
  operations: JsonObject[],
): Promise<JsonObject[]> {
  const proposed = must(await maker.post('trust-registry', '/v1/changes', { operations }), 201);
  const path = `/v1/changes/${String(proposed.body['id'])}/approval`;
  const approved = must(await approver.post('trust-registry', path, {}), 200);
  return approved.body['results'] as unknown as JsonObject[];
}

/** Proofs say whole seconds: what is signed in the second of a change could be of the time before. */
export function nextSecond(): Promise<void> {
  return wait(1_050);
}

function keyOf(file: string) {
  const key = JSON.parse(readFileSync(file, 'utf8')) as { kty: string };
  return createPrivateKey({ key, format: 'jwk' });
}
