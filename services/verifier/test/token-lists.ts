import type { StatusList, StatusLists } from '../src/domain/ports.ts';
import { VcError } from '#vc/error';
import type { World } from './world.ts';

/** A world whose verifier can also read Token Status Lists, which here need no fetch. */
export function withTokenLists(world: World): World {
  const { statusLists } = world.ports;
  const load: StatusLists['load'] = (url, kind) =>
    kind === 'token' ? Promise.resolve(tokenList(world, url)) : statusLists.load(url, kind);
  world.ports = { ...world.ports, statusLists: { load } };
  return world;
}

function tokenList({ now, trusts }: World, url: string): StatusList {
  const trust = trusts.find(({ tokenList: list }) => list.url === url);
  if (trust === undefined) throw new VcError('STATUS_RETRIEVAL_ERROR', 'answered 404');
  const { id } = trust.status;
  const proof = {
    proof: {},
    verified: true,
    verificationMethod: id,
    controller: trust.did,
    publicKeyMultibase: id.split('#')[1] ?? '',
    created: new Date(now).toISOString(),
    problems: [],
  };
  return {
    url,
    kind: 'token',
    issuer: trust.did,
    purpose: 'message',
    entrySize: 2,
    bits: trust.tokenList.bits,
    version: now,
    validUntil: now + 3_600_000,
    proofs: [proof],
    fetchedAt: now,
  };
}
