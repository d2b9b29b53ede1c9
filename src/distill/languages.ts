// The languages of the `finetune` domain, and which are akin: what helped in one may help in another. Data of our own.
//
// Two things carry over. How much text there is decides which method works at all (low: little beside religious texts and
// news; mid: some; high: plenty), and a family shares words, grammar and often a tokenizer. Families and branches are the
// usual ones of comparative linguistics; the classes are rough, and change by the year.
// Invariant: each pair stands in the table once, and no two languages are more than .9 alike.

export type ResourceClass = 'low' | 'mid' | 'high';

export interface Language {
  /** As a tag. */
  readonly name: string;
  readonly text: ResourceClass;
  readonly family: string;
  /** Within the family; where there is one, languages of it are near. */
  readonly branch?: string;
}

const of = (family: string, branch: string | undefined, byClass: Partial<Record<ResourceClass, string>>): Language[] =>
  (Object.entries(byClass) as [ResourceClass, string][]).flatMap(([text, names]) =>
    names.split(' ').map((name) => ({ name, text, family, ...(branch !== undefined && { branch }) })),
  );

export const LANGUAGES: readonly Language[] = [
  ...of('niger-congo', 'bantu', { low: 'swahili zulu xhosa shona kinyarwanda luganda lingala' }),
  ...of('niger-congo', 'volta-niger', { low: 'yoruba igbo' }),
  ...of('niger-congo', 'senegambian', { low: 'wolof' }),
  ...of('afro-asiatic', 'semitic', { low: 'amharic tigrinya', mid: 'hebrew', high: 'arabic' }),
  ...of('afro-asiatic', 'chadic', { low: 'hausa' }),
  ...of('afro-asiatic', 'cushitic', { low: 'somali oromo' }),
  ...of('austronesian', 'malayic', { mid: 'malay indonesian' }),
  ...of('austronesian', undefined, { low: 'javanese malagasy', mid: 'tagalog' }),
  ...of('indo-european', 'indo-aryan', { low: 'nepali sinhala', mid: 'bengali urdu', high: 'hindi' }),
  ...of('indo-european', 'iranian', { low: 'pashto', mid: 'persian' }),
  ...of('indo-european', 'slavic', { mid: 'ukrainian', high: 'russian polish' }),
  ...of('indo-european', 'romance', { mid: 'romanian', high: 'spanish french portuguese italian' }),
  ...of('indo-european', 'germanic', { mid: 'swedish', high: 'english german dutch' }),
  ...of('dravidian', undefined, { low: 'kannada', mid: 'tamil telugu' }),
  ...of('turkic', undefined, { low: 'uzbek', mid: 'kazakh turkish' }),
  ...of('sino-tibetan', undefined, { low: 'burmese', high: 'chinese' }),
  ...of('austroasiatic', undefined, { low: 'khmer', mid: 'vietnamese' }),
  ...of('tai', undefined, { low: 'lao', mid: 'thai' }),
  ...of('japonic', undefined, { high: 'japanese' }),
  ...of('quechuan', undefined, { low: 'quechua' }),
];

const ALIKE = { branch: 0.4, family: 0.2, sameText: 0.3, bothLow: 0.2 } as const;

/** With little text .9 in one branch, .7 in one family, .5 without; 0 for a large one and one of another family. */
export function languageShare(a: Language, b: Language): number {
  let share = 0;
  if (a.family === b.family) share += a.branch !== undefined && a.branch === b.branch ? ALIKE.branch : ALIKE.family;
  if (a.text === b.text) share += a.text === 'low' ? ALIKE.sameText + ALIKE.bothLow : ALIKE.sameText;
  // Between large languages there is enough of each to learn from.
  return a.text === 'high' && b.text === 'high' ? share - ALIKE.sameText : share;
}

/** Each pair that is akin once: by the one that stands first in the list. */
export const LANGUAGE_KINSHIP: Readonly<Record<string, Readonly<Record<string, number>>>> = Object.fromEntries(
  LANGUAGES.map((one, at) => {
    const akin = LANGUAGES.slice(at + 1).flatMap((other) => {
      const share = languageShare(one, other);
      return share > 0 ? [[other.name, Number(share.toFixed(2))] as const] : [];
    });
    return [one.name, Object.fromEntries(akin)] as const;
  }),
);
