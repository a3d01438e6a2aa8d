import { LANGUAGES } from '../../../lambdas/digest/texts/languages.ts';
import type { Texts } from '../../../lambdas/digest/texts/texts.ts';
import { KINDS } from '../../../lambdas/problems/kinds.ts';
import { readConfig } from '../../../lib/config.ts';

/** All texts of a language by their paths, those of functions for some arguments. */
const textsIn = (value: unknown, path = ''): [string, string][] => {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, String(value(2, '2', '2', '2'))]];
  return Object.entries(value as object).flatMap(([name, member]) => textsIn(member, `${path}.${name}`));
};
/** Punctuation, and names that are the same in each language. */
const SHARED = ['.locale', '.comma', '.subject'];
const JAPANESE = /[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Han}]/u;

test('every text is translated', () => {
  const english = new Map(textsIn(LANGUAGES.en));
  const japanese = textsIn(LANGUAGES.ja).filter(([path]) => !SHARED.includes(path));
  expect(
    [...english.keys()].filter((path) => !textsIn(LANGUAGES.ja).some(([other]) => other === path)),
  ).toEqual([]);
  for (const [path, text] of japanese) {
    expect([path, text]).toEqual([path, expect.stringMatching(JAPANESE)]);
    expect([path, text]).not.toEqual([path, english.get(path)]);
  }
});

test('each kind of problem has a name in Japanese, and the numbers of problems have units', () => {
  const { kinds, measure }: Texts = LANGUAGES.ja;
  expect(Object.keys(kinds ?? {}).sort()).toEqual([...KINDS].sort());
  expect(measure('ageHours', '52.3', '26')).toBe('経過 52.3 時間（しきい値 26 時間）');
  expect(measure('tapes', '2', '1')).toBe('tapes 2（しきい値 1）');
  expect(LANGUAGES.en.measure('ageHours', '52.3', '26')).toBe('Age 52.3 hours, threshold 26 hours.');
});

test('the configuration accepts these languages and no others', () => {
  const digest = { name: 'd', at: '07:30', timeZone: 'UTC', from: 'a@example.com', to: ['b@example.com'] };
  const accepts = (language: string) => readConfig({ nbwss: { digests: [{ ...digest, language }] } });
  for (const language of Object.keys(LANGUAGES)) expect(() => accepts(language)).not.toThrow();
  expect(() => accepts('de')).toThrow(`must be one of ${Object.keys(LANGUAGES).join(', ')}`);
});
