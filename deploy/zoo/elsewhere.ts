import type { Elsewhere } from './exhibit.ts';

/** Codes that a verification answers for what happens around a document, and no document alone can bring about. */
export const ELSEWHERE: readonly Elsewhere[] = [
  {
    code: 'CHALLENGE_EXPIRED',
    howToSee:
      'Send `good.presentation` for the first time more than ten minutes after the zoo was made.',
  },
  {
    code: 'REGISTRY_STALE',
    howToSee:
      'Stop the trust registry and wait for longer than `times.registryStaleLimit`; `make demo-two-cells` shows it in a minute.',
  },
  {
    code: 'REGISTRY_UNAVAILABLE',
    howToSee:
      'Stop the trust registry, then send `ISSUER_NOT_REGISTERED`: an old state does not say who was registered since.',
  },
  {
    code: 'REGISTRY_STATEMENT_INVALID',
    howToSee:
      'Start the trust registry with another `REGISTRY_KEY_FILE` than the genesis file names.',
  },
  {
    code: 'REGISTRY_ROLLBACK',
    howToSee:
      'Restore the trust registry’s database to an earlier day: docs/operations.md says what follows.',
  },
  {
    code: 'STATUS_LIST_STALE',
    howToSee:
      'Stop the status-list service’s publishing for ten minutes, while its lists are still served.',
  },
  {
    code: 'STATUS_LIST_ROLLBACK',
    howToSee: 'Serve an older copy of a status list than the verifier has seen.',
  },
  {
    code: 'STATUS_LIST_LENGTH_ERROR',
    howToSee: 'Serve a status list of fewer than 131,072 entries, signed by its issuer.',
  },
  {
    code: 'DID_NOT_FOUND',
    howToSee:
      'Have an organisation vanish from the registry’s statements between two checks of one verification.',
  },
  {
    code: 'INVALID_DID_DOCUMENT',
    howToSee:
      'Have the registry state a key that is none: its statements are signed, so it would have to do so itself.',
  },
];
