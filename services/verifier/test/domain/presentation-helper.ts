import type { JsonObject } from '#vc/data-model';
import { verifyPresentation } from '../../src/domain/verify-presentation.ts';
import { ASKER, DOMAIN, type World } from '../world.ts';

const OPTIONS = { asker: ASKER, challenge: 'a-challenge', domain: DOMAIN, watch: true };

/** Verifies as Brackendale would, with the usual challenge and domain unless `options` say otherwise. */
export function verify(world: World, presentation: JsonObject, options = {}) {
  return verifyPresentation(presentation, { ...OPTIONS, ...options }, world.ports);
}
