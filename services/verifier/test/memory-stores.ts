import type {
  Challenges,
  RegistryState,
  RegistryStates,
  SeenVersions,
} from '../src/domain/ports.ts';

export function createStatesInMemory(): RegistryStates {
  const kept = new Map<string, RegistryState>();
  return {
    load: async () => [...kept.values()],
    async advance(state) {
      const known = kept.get(state.cell);
      if (known && known.epoch > state.epoch) return known;
      kept.set(state.cell, state);
      return state;
    },
  };
}

export function createSeenVersionsInMemory(): SeenVersions {
  const seen = new Map<string, { version: number; digest: string }>();
  return {
    async advance({ listUrl, version, digest }) {
      const text = Buffer.from(digest).toString('hex');
      const known = seen.get(listUrl);
      if (known && known.version > version) return 'older';
      if (known?.version === version) return known.digest === text ? 'newest' : 'different';
      seen.set(listUrl, { version, digest: text });
      return 'newest';
    },
  };
}

export function createChallengesInMemory(): Challenges {
  const used = new Set<string>();
  return {
    create: async () => {},
    async burn({ challenge, overall }) {
      if (used.has(challenge)) return 'used';
      if (overall === 'unknown') return 'kept';
      used.add(challenge);
      return 'burned';
    },
  };
}
