const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** What Node decodes to the same bytes as a part in base64url: padded, spaced, with bits that no byte has, in base64. */
export function spellingsOf(part: string): string[] {
  const bytes = Buffer.from(part, 'base64url');
  const half = Math.floor(part.length / 2);
  const padded = ['=', '==', ' ', '\n'].map((tail) => part + tail);
  const spaced = [` ${part}`, `${part.slice(0, half)}\n${part.slice(half)}`];
  const trailing = ALPHABET.split('').map((last) => part.slice(0, -1) + last);
  const standard = part.replaceAll('-', '+').replaceAll('_', '/');
  return [...padded, ...spaced, ...trailing, standard].filter(
    (other) => other !== part && Buffer.from(other, 'base64url').equals(bytes),
  );
}
