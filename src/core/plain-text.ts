// Makes text that may come from outside safe to show: names, topics, reasons, the first line of a file.
//
// Control characters steer a terminal, format characters turn the order of a line round or hide in it, and a line break
// begins a line that looks like ours. Each becomes its escape `\u001b`, as in JSON, so a JSON text means the same after it.
// Invariant: what comes out holds nothing but what can be seen, and applying it again changes nothing.

/** Persian and Hindi need the two joiners, and emoji are made with one of them. */
const UNSEEN = /[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]--[\u200c\u200d]]/gv;

/** In one line: line breaks and tabs are escaped as well. */
export function plainLine(text: string): string {
  return text.replaceAll(UNSEEN, escaped);
}

/** Lines as they are; line breaks and tabs stay. */
export function plainText(text: string): string {
  return text.replaceAll(UNSEEN, (unseen) => (unseen === '\n' || unseen === '\t' ? unseen : escaped(unseen)));
}

function escaped(unseen: string): string {
  return unseen
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
