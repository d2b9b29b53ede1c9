// Screens in a page, between `<!-- screen: status -->` and `<!-- end of screen -->`: reads them, and puts new ones there.
const BEGIN = (name: string) => `<!-- screen: ${name} -->\n\`\`\`\n`;
const END = '```\n<!-- end of screen -->';

/** @returns undefined where the page has no such screen */
export function screenIn(page: string, name: string): readonly string[] | undefined {
  const at = placeOf(page, name);
  return at && page.slice(at.from, at.to).split('\n').slice(0, -1);
}

/** @throws Error where the page has no such screen */
export function withScreen(page: string, name: string, lines: readonly string[]): string {
  const at = placeOf(page, name);
  if (!at) throw new Error(`the page has no ${BEGIN(name).trim()} ... ${END.trim()}`);
  return `${page.slice(0, at.from)}${lines.map((line) => `${line}\n`).join('')}${page.slice(at.to)}`;
}

function placeOf(page: string, name: string): { from: number; to: number } | undefined {
  const begins = page.indexOf(BEGIN(name));
  const from = begins + BEGIN(name).length;
  const to = page.indexOf(END, from);
  return begins < 0 || to < 0 ? undefined : { from, to };
}
