/** Each text of the console is in English and in Japanese. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { literalTexts } from '../../support/literals.ts';

interface Texts {
  readonly [name: string]: string | ((...values: never[]) => string) | Texts;
}

const SOURCES = 'console/src';
const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}。]/u;
/** Names and abbreviations that Japanese uses as they are. */
const SAME_IN_BOTH = new Set(['API Gateway', 'UTC']);

/** Whether a text has words of its own beside the values that it contains. */
const hasWords = (text: string): boolean =>
  /[\p{L}]/u.test(text.replace(/^\([^)]*\) => /, '').replace(/\$\{[^}]*\}/g, ''));

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).map((name) => join(SOURCES, name));

/** Names with the English and the Japanese text; of a function its source, which contains its texts. */
const pairsOf = (en: Texts, ja: Texts, path = ''): [name: string, en: string, ja: string][] =>
  Object.entries(en).flatMap(([name, text]): [string, string, string][] => {
    const other = ja[name];
    return typeof text === 'object' && typeof other === 'object'
      ? pairsOf(text, other, `${path}${name}.`)
      : [[`${path}${name}`, String(text), String(other)]];
  });

/** Runs every module that has texts, as in a browser, but without a page. */
const allWords = async (): Promise<readonly { readonly en: Texts; readonly ja: Texts }[]> => {
  const modules = files.filter(
    (file) => file.endsWith('.ts') && /\bwords\(/.test(readFileSync(file, 'utf8')),
  );
  const { outputFiles } = await build({
    stdin: {
      contents: [
        ...modules.map((file) => `import './${file}';`),
        `export { allWords } from './${SOURCES}/i18n/words.ts';`,
      ].join('\n'),
      resolveDir: process.cwd(),
    },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'console',
    charset: 'utf8',
  });
  const browser = {
    document: { documentElement: { style: {} } },
    navigator: { language: 'en' },
    console: undefined,
  };
  runInNewContext(outputFiles[0]?.text ?? '', browser);
  const { allWords: found } = browser.console as unknown as { allWords: readonly { en: Texts; ja: Texts }[] };
  expect(found.length).toBeGreaterThan(2);
  return found;
};

describe('the texts of the console', () => {
  let pairs: [name: string, en: string, ja: string][];
  beforeAll(async () => {
    pairs = (await allWords()).flatMap(({ en, ja }) => pairsOf(en, ja));
  });

  it('are Japanese in Japanese', () => {
    const isForeign = (en: string, ja: string) =>
      (hasWords(ja) && !JAPANESE.test(ja)) || (hasWords(en) && ja === en);
    expect(pairs.filter(([, en, ja]) => isForeign(en, ja) && !SAME_IN_BOTH.has(ja))).toEqual([]);
  });

  it('are not Japanese in English', () => {
    expect(pairs.filter(([, en]) => JAPANESE.test(en))).toEqual([]);
  });

  it('are not written into components', () => {
    const found = files
      .filter((file) => file.endsWith('.tsx'))
      .flatMap((file) => literalTexts(readFileSync(file, 'utf8')).map((text) => `${file}: ${text}`));
    expect(found).toEqual([]);
  });
});

describe('the search for texts in components', () => {
  it.each([
    ['<p>Loading</p>', 'Loading'],
    ["<p>{'Loading'}</p>", 'Loading'],
    ["<p>{busy ? 'Loading' : text.ready}</p>", 'Loading'],
    ["<p>{busy && 'Loading'}</p>", 'Loading'],
    [`<p>{\`\${count} jobs\`}</p>`, 'jobs'],
    ['<button title="Close" />', 'Close'],
    ['<button aria-label={"Close"} />', 'Close'],
    ['<><b>Close</b></>', 'Close'],
    ["announce('Sent')", 'Sent'],
  ])('finds it in %s', (source, text) => {
    expect(literalTexts(`const view = () => ${source};`)).toEqual([text]);
  });

  it.each([
    '<p class="empty">{text.nothing}</p>',
    "<p>{state === 'open' ? '▲' : text.closed}</p>",
    '<p>{rows.map((row) => row.name)}</p>',
    "<time title={formatTime('x')}>–</time>",
  ])('finds none in %s', (source) => {
    expect(literalTexts(`const view = () => ${source};`)).toEqual([]);
  });
});
