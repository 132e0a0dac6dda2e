import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackFile } from '../local/hr-client.ts';
import { ZOO_FORMS } from './drafts.ts';
import { ELSEWHERE } from './elsewhere.ts';
import type { Exhibit, ZooIndex } from './exhibit.ts';
import { livedExhibits, untilSeen } from './lived.ts';
import { goodName } from './names.ts';
import { presentationExhibits } from './presentations.ts';
import { registryExhibits } from './registry-changes.ts';
import { signedChanges } from './signed-changes.ts';
import { unsignedChanges } from './unsigned-changes.ts';
import { verdictOn } from './verdicts.ts';
import { otherSuiteExhibits } from './wallets.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const NOTE =
  'Each file is a body of POST /v1/verifications, for the asker’s token. A presentation’s challenge is good once and for ten minutes: after that it also says CHALLENGE_USED or CHALLENGE_EXPIRED, until the zoo is made anew.';

/**
 * Makes one exhibit for each code that a document can bring a verification to say, on a running stack, through its
 * public interfaces alone. The registry of the stack is changed: `registry-changes.ts` says how.
 * @param directory where the files go; those of an earlier zoo are replaced
 */
export async function makeZoo(stack: StackFile, directory: string): Promise<ZooIndex> {
  const workshop = await openWorkshop(stack);
  const changed = [...(await livedExhibits(workshop)), ...(await registryExhibits(workshop))];
  await untilSeen(workshop, changed);
  const exhibits = [
    ...goodExhibits(workshop),
    ...unsignedChanges(workshop),
    ...(await signedChanges(workshop)),
    ...changed,
    // last, as their challenges do not wait
    ...(await presentationExhibits(workshop)),
    ...(await otherSuiteExhibits(workshop)),
  ];
  return write(directory, exhibits, workshop);
}

function goodExhibits({ good }: Workshop): Exhibit[] {
  return ZOO_FORMS.map((form) => ({
    name: goodName(form),
    code: null,
    form,
    what: 'Nothing is wrong with it.',
    original: null,
    overall: 'pass',
    expected: [],
    request: { verifiableCredential: good[form] },
  }));
}

function write(directory: string, exhibits: Exhibit[], { asker }: Workshop): ZooIndex {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
  const save = (file: string, value: unknown) =>
    writeFileSync(join(directory, file), JSON.stringify(value, null, 2), { mode: 0o600 });
  const index: ZooIndex = {
    madeAt: new Date().toISOString(),
    asker: { odsCode: asker.odsCode, clientId: asker.clientId },
    note: NOTE,
    exhibits: exhibits.map(({ request, ...exhibit }) => {
      const file = `${exhibit.name}.json`;
      save(file, request);
      return { ...exhibit, verdict: verdictOn(exhibit), file };
    }),
    elsewhere: ELSEWHERE,
  };
  save('index.json', index);
  return index;
}
