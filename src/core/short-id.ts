// Eight hex digits that stand for a text: FNV-1a, 32 bits. A name to type, neither secret nor proof against forgery.

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

export function shortId(text: string): string {
  let hash = OFFSET;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, PRIME);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
