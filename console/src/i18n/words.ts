/** Texts in English and Japanese. Each view has its own texts beside it; the types refuse a text without its translation. */
import { language } from '../preferences.ts';

type Text = string | ((...values: never[]) => string);
export interface Texts {
  readonly [name: string]: Text | Texts;
}

/** The translation: the same names, with texts that take the same values. */
type Translated<T> = {
  readonly [Name in keyof T]: T[Name] extends string
    ? string
    : T[Name] extends (...values: infer Values) => string
      ? (...values: Values) => string
      : Translated<T[Name]>;
};

/** Every pair of languages, for the test that finds untranslated texts. */
export const allWords: { readonly en: Texts; readonly ja: Texts }[] = [];

/** @returns the texts in the viewer's language; a component that calls it is rendered again when the language changes */
export const words = <const T extends Texts>(en: T, ja: Translated<T>): (() => Translated<T>) => {
  allWords.push({ en, ja: ja as unknown as Texts });
  return () => (language.value === 'ja' ? ja : (en as unknown as Translated<T>));
};
