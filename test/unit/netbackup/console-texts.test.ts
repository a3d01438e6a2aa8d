/** NetBackup's messages and the words of its console, letter for letter as the vendor's guide has them (contract ERR, LOG). */
import { readFileSync } from 'node:fs';
import { NETBACKUP_MESSAGES, type NetBackupMessage } from '../../../netbackup/wire/netbackup-messages.ts';

interface Texts {
  /** Japanese and English texts of an id correspond by position; an English one may be missing. */
  readonly messages: readonly { id: string; japanese: string[]; english: string[] }[];
  /** Ids for which the guide says to contact technical support. */
  readonly technicalSupport: readonly string[];
  readonly terms: readonly { japanese: string; english: string | null }[];
  readonly files: readonly string[];
}

const GUIDE = JSON.parse(readFileSync('test/fixtures/console-texts.json', 'utf8')) as Texts;
const PAGES = {
  english: readFileSync('docs/netbackup-administrator.md', 'utf8'),
  japanese: readFileSync('docs/netbackup-administrator.ja.md', 'utf8'),
};
const CONTRACT = readFileSync('docs/contract.md', 'utf8');

/** The table row that starts with this id, or a group of ids that contains it; without Markdown's backticks. */
const rowOf = (page: string, id: string): string =>
  page
    .split('\n')
    .find((line) => /^\| ERR-\d+/.test(line) && (line.split('|')[1] ?? '').split(/[ ,]+/).includes(id))
    ?.replaceAll('`', '') ?? '';

test('the messages of doctor and simulator', () => {
  const ours: Record<string, { japanese: string[]; english: string[] }> = {};
  for (const { errId, japanese, english } of Object.values<NetBackupMessage>(NETBACKUP_MESSAGES)) {
    ours[errId] ??= { japanese: [], english: [] };
    ours[errId].japanese.push(japanese);
    if (english !== undefined) ours[errId].english.push(english);
  }
  // ERR-12 is a dropped connection and no message.
  const messages = GUIDE.messages.filter(({ japanese }) => japanese.length > 0);
  expect(messages.map(({ id }) => id)).toEqual(Object.keys(ours));
  for (const { id, japanese, english } of messages) expect(ours[id]).toEqual({ japanese, english });
});

describe.each(GUIDE.messages)('$id', ({ id, japanese, english }) => {
  test('the contract has all of its texts', () => {
    const row = rowOf(CONTRACT, id);
    for (const text of [...japanese, ...english]) expect(row).toContain(text);
  });

  test('the Japanese page has its Japanese texts', () => {
    const row = rowOf(PAGES.japanese, id);
    expect(row).not.toBe('');
    for (const text of japanese) expect(row).toContain(text);
  });

  test('the English page has its English texts, and the Japanese one where none is known', () => {
    const row = rowOf(PAGES.english, id);
    expect(row).not.toBe('');
    for (const text of [...english, ...japanese.slice(english.length)]) expect(row).toContain(text);
  });

  test('the pages name technical support where the guide does', () => {
    const isNamed = GUIDE.technicalSupport.includes(id);
    expect(/technical support/.test(rowOf(PAGES.english, id))).toBe(isNamed);
    expect(/テクニカルサポート/.test(rowOf(PAGES.japanese, id))).toBe(isNamed);
  });
});

test("ERR-14 has ERR-3's cure", () => {
  for (const page of Object.values(PAGES)) expect(rowOf(page, 'ERR-14')).toBe(rowOf(page, 'ERR-3'));
});

test("the console's words", () => {
  for (const { japanese, english } of GUIDE.terms) {
    expect(PAGES.japanese).toContain(japanese);
    if (english !== null) expect(PAGES.english.toLowerCase()).toContain(english.toLowerCase());
  }
});

test('the files on the primary', () => {
  for (const file of GUIDE.files)
    for (const page of [...Object.values(PAGES), CONTRACT]) expect(page).toContain(file);
});
