import type { Submitted } from '../../src/domain/forms/credential.ts';
import { verifyPresentation } from '../../src/domain/verify-presentation.ts';
import { ASKER, DOMAIN, type World } from '../world.ts';

const OPTIONS = { asker: ASKER, challenge: 'a-challenge', domain: DOMAIN, watch: true };

/** Verifies as Brackendale would, with the usual challenge and domain unless `options` say otherwise. */
export function verify(world: World, presentation: Submitted, options = {}) {
  return verifyPresentation(presentation, { ...OPTIONS, ...options }, world.ports);
}
