import { setTimeout as wait } from 'node:timers/promises';
import type { Verification } from '#api/verifier';
import type { JsonObject } from '#vc/data-model';
import { must } from '../local/seed.ts';
import { ZOO_FORMS } from './drafts.ts';
import { type Exhibit, fails } from './exhibit.ts';
import { goodName, named } from './names.ts';
import { type Issued, mintFamily, type Workshop } from './workshop.ts';

interface Life {
  code: 'CREDENTIAL_REVOKED' | 'CREDENTIAL_SUSPENDED' | 'CREDENTIAL_EXPIRED';
  what: string;
  family: Issued;
}

const VALID_FOR_MS = 2_000;
const SEEN_WITHIN_MS = 60_000;
const RETRY_MS = 500;

/** Credentials to which something happened after they were issued as they should be: by the issuer, or by time. */
export async function livedExhibits(workshop: Workshop): Promise<Exhibit[]> {
  const { hr } = workshop;
  // validUntil says whole seconds
  const validUntil = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + VALID_FOR_MS).toISOString();
  const expired = await mintFamily(hr, { validUntil });
  const revoked = await mintFamily(hr);
  await changeStatus(workshop, revoked, 'revoked', 'issued-in-error');
  const suspended = await mintFamily(hr);
  await changeStatus(workshop, suspended, 'suspended', 'under-investigation');
  const lives: Life[] = [
    { code: 'CREDENTIAL_EXPIRED', what: 'Its validUntil has passed.', family: expired },
    { code: 'CREDENTIAL_REVOKED', what: 'Its issuer revoked it.', family: revoked },
    {
      code: 'CREDENTIAL_SUSPENDED',
      what: 'Its issuer suspended it: a suspension can end.',
      family: suspended,
    },
  ];
  const ended = lives.flatMap(({ code, what, family }) =>
    ZOO_FORMS.map((form) => ({
      ...named(code, form),
      what,
      original: goodName(form),
      overall: 'fail' as const,
      expected: [fails(code === 'CREDENTIAL_EXPIRED' ? 'validity' : 'status', code)],
      request: { verifiableCredential: family[form] },
    })),
  );
  return [...ended, atThatTime(suspended)];
}

/** Of a time before its suspension, which verifiers that did not watch it cannot know. */
function atThatTime(family: Issued): Exhibit {
  const verifiableCredential = family[ZOO_FORMS[0]] as JsonObject;
  const { created } = verifiableCredential['proof'] as { created: string };
  return {
    ...named('STATUS_AT_TIME_UNKNOWN', ZOO_FORMS[0]),
    what: 'It is suspended now, and was it at the past time that is asked about? Nobody here watched.',
    original: goodName(ZOO_FORMS[0]),
    overall: 'unknown',
    expected: [
      {
        scope: 'credential',
        check: 'status',
        outcome: 'unknown',
        code: 'STATUS_AT_TIME_UNKNOWN',
      },
    ],
    request: { verifiableCredential, at: created },
  };
}

async function changeStatus(
  { hr }: Workshop,
  family: Issued,
  status: string,
  reason: string,
): Promise<void> {
  const { id } = family[ZOO_FORMS[0]] as { id: string };
  const path = `/v1/credentials/${id.replace('urn:uuid:', '')}/status`;
  must(await hr.post('issuer', path, { status, reason }), 200);
}

/** Waits until the verifier has seen what happened. Presentations are left alone: each can be sent once. */
export async function untilSeen({ host }: Workshop, exhibits: readonly Exhibit[]): Promise<void> {
  const giveUp = performance.now() + SEEN_WITHIN_MS;
  for (const { name, code, request } of exhibits) {
    if (request.verifiableCredential === undefined || code === null) continue;
    while (!(await findCodes(host, request)).includes(code)) {
      if (performance.now() > giveUp) throw new Error(`The verifier does not say ${name}`);
      await wait(RETRY_MS);
    }
  }
}

async function findCodes(host: Workshop['host'], request: unknown): Promise<unknown[]> {
  const { body } = must(await host.post('verifier', '/v1/verifications', request), 200);
  const { credentials } = body as unknown as Verification;
  return credentials.flatMap(({ checks }) => checks.map((check) => check.code));
}

/** The id of a registry's object that a change made. */
export function idOf(result: JsonObject | undefined): string {
  return (result as { id: string } | undefined)?.id ?? '';
}
