import { ENGLISH } from './english.ts';
import { JAPANESE } from './japanese.ts';
import type { Texts } from './texts.ts';

/** The languages of digests, by their BCP 47 names; `lib/digest-settings.ts` lists the same. */
export const LANGUAGES = { en: ENGLISH, ja: JAPANESE } as const satisfies Readonly<Record<string, Texts>>;
export type Language = keyof typeof LANGUAGES;
