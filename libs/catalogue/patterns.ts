import type { JsonValue } from '#vc/data-model';

/** Whether a regular expression is about the whole text: anchored at both ends, in each of its alternatives. */
export function isWholePattern(pattern: string): boolean {
  let skeleton = withoutLiterals(pattern);
  if (!skeleton.startsWith('^') || !skeleton.endsWith('$')) return false;
  for (let before = ''; before !== skeleton; ) {
    before = skeleton;
    skeleton = skeleton.replaceAll(/\([^()]*\)/g, '');
  }
  return !skeleton.includes('|');
}

/** Whether what a regular expression matches has a longest length. */
export function isFinitePattern(pattern: JsonValue | undefined): boolean {
  return typeof pattern === 'string' && !/[*+]|\{\d+,\}/.test(withoutLiterals(pattern));
}

/** Escaped characters and character classes are literals here, whatever stands in them. */
function withoutLiterals(pattern: string): string {
  return pattern.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x');
}
