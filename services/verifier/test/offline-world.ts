import { publicKeyMultibaseOf, thumbprint } from '#did/keys';
import { generateEd25519Key } from '#proofs/signer';
import { signGenesis } from '#trust/genesis';
import { signStatement } from '#trust/statement';
import { toDateTimeStamp } from '#vc/clock';
import type { Submitted } from '../src/domain/forms/credential.ts';
import { collectTrustMaterial } from '../src/offline.ts';
import { wireRecord } from './registry.ts';
import { DAY, ORIGIN, OTHER_ORIGIN } from './trust.ts';
import type { World } from './world.ts';

const anchor = generateEd25519Key();
export const anchorThumbprint = thumbprint(publicKeyMultibaseOf(anchor.privateKey));

function signSnapshot(world: World, origin: string): Promise<string> {
  const isOwn = origin === ORIGIN;
  const cell = world.cells[isOwn ? 0 : 1];
  if (cell === undefined) throw new Error('the world has two cells');
  const records = isOwn ? [wireRecord({ ...world.trust.record, epoch: 1 })] : [];
  const times = { issuedAt: world.now, expiresAt: world.now + DAY };
  return signStatement(
    { kind: 'snapshot', issuer: cell.did, epoch: 1, since: 0, ...times, records },
    cell.signingKey,
  );
}

function answer(body: string, type: string): Response {
  return new Response(body, { headers: { 'content-type': type } });
}

export function urlOf(address: Parameters<typeof fetch>[0]): string {
  if (typeof address === 'string') return address;
  return address instanceof URL ? address.href : address.url;
}

/** What the hosts of the world's cells answer. */
export function networkOf(world: World, asked: string[] = []): typeof fetch {
  return async (address) => {
    const url = urlOf(address);
    asked.push(url);
    if (url === `${ORIGIN}/v1/snapshot` || url === `${OTHER_ORIGIN}/v1/snapshot`) {
      return answer(await signSnapshot(world, new URL(url).origin), 'application/jwt');
    }
    return url === world.trust.tokenList.url
      ? answer(await world.tokens.fetch(url), 'application/statuslist+jwt')
      : answer(JSON.stringify(await world.lists.fetch(url)), 'application/vc');
  };
}

export function genesisOf({ cells, now }: World): Promise<string> {
  const admitted = cells.map(({ signingKey: _signingKey, ...cell }) => cell);
  const issuedAt = toDateTimeStamp(now);
  return signGenesis({ version: 1, issuedAt, cells: admitted }, anchor.privateKey);
}

/** What is collected of a world for these credentials. @param asked is given the addresses */
export async function collect(world: World, credentials: readonly Submitted[], asked?: string[]) {
  return collectTrustMaterial({
    genesis: await genesisOf(world),
    anchorThumbprint,
    credentials,
    fetch: networkOf(world, asked),
    clock: () => world.now,
  });
}
