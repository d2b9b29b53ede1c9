// Figures as indented lines for people: what `--json` would print as one object.

export function table(figures: Readonly<Record<string, unknown>>, indent = ''): string {
  return Object.entries(figures)
    .map(([key, value]) => {
      if (typeof value !== 'object' || value === null)
        return `${indent}${key.padEnd(28 - indent.length)}${shown(value)}\n`;
      if (!Array.isArray(value)) return `${indent}${key}\n${table(value as Record<string, unknown>, `${indent}  `)}`;
      return `${indent}${key}\n${value.map((item) => `${indent}  ${shown(item)}\n`).join('')}`;
    })
    .join('');
}

function shown(value: unknown): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : `${value}`;
}
