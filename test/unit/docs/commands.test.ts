/** Every command in the documentation is run by a test, or its block says "sh aws"; and all of them exist. */
import { existsSync, readFileSync } from 'node:fs';
import { SETTINGS } from '../../../lib/config.ts';
import { commandTree, errorOf } from '../../support/command-tree.ts';
import {
  blocksIn,
  commandsOf,
  DOCUMENTS,
  documentedBlocks,
  isRunnable,
  mentionsIn,
  testedElsewhere,
  wordsOf,
} from '../../support/documented-commands.ts';

const blocks = documentedBlocks();
const all = blocks.flatMap(({ file, line, needsAws, commands }) =>
  commands.map((command) => ({ ...command, where: `${file}:${line}`, needsAws })),
);
/** Without an AWS account they do nothing. */
const isOfAws = (words: readonly string[]): boolean =>
  words[0] === 'aws' ||
  (words[0] === 'npx' && words[1] === 'cdk') ||
  (words[1] === 'nbwss' && ['init', 'redrive'].includes(words[2] ?? '')) ||
  words.includes('--table') ||
  words.includes('--bucket');

it('the documentation has commands', () => {
  expect(all.length).toBeGreaterThan(50);
});

it('every command is run by a test, or its block says that it needs AWS', () => {
  const untested = all.filter((one) => !one.needsAws && !isRunnable(one) && !testedElsewhere(one));
  expect(untested.map(({ where, text }) => `${where} ${text}`)).toEqual([]);
  const tests = all.flatMap((one) => testedElsewhere(one) ?? []);
  expect(tests.filter((test) => !existsSync(test))).toEqual([]);
});

it('exactly the commands that need AWS are in blocks that say so', () => {
  const wrong = blocks.filter(
    ({ needsAws, commands }) => needsAws !== commands.some(({ words }) => isOfAws(words)),
  );
  expect(wrong.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
});

it('every nbwss command exists, with its options and arguments', async () => {
  const tree = await commandTree();
  expect(tree.commands.length).toBeGreaterThan(12);
  const errors = all
    .filter(({ words }) => words[0] === 'npx' && words[1] === 'nbwss')
    .map(({ where, words }) => [where, errorOf(tree, words.slice(1), true)])
    .filter(([, error]) => error !== undefined);
  expect(errors).toEqual([]);
});

it.each(DOCUMENTS)('every nbwss command in the sentences of %s exists', async (file) => {
  const tree = await commandTree();
  const mentions = mentionsIn(readFileSync(file, 'utf8'));
  const errors = mentions.map((words) => errorOf(tree, words, false)).filter((error) => error !== undefined);
  expect(errors).toEqual([]);
});

it('every script of npm and every setting of a deployment exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const text = DOCUMENTS.map((file) => readFileSync(file, 'utf8')).join('\n');
  const run = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(run));
  const set = [...text.matchAll(/-c nbwss\.(\w+)/g)].map(([, setting]) => setting);
  expect(SETTINGS).toEqual(expect.arrayContaining(set));
});

describe('what is found', () => {
  it('words end at blanks outside of quotes, and a line at its comment', () => {
    expect(wordsOf(`curl -H "x: $KEY" 'a b'c <The key> a#b  # comment "`)).toEqual([
      'curl',
      '-H',
      'x: $KEY',
      'a bc',
      '<The key>',
      'a#b',
    ]);
  });

  it('where the output goes is not a part of a command', () => {
    expect(wordsOf('npx nbwss completion bash > ~/nbwss')).toEqual(['npx', 'nbwss', 'completion', 'bash']);
  });

  it('a quoted word may have several lines', () => {
    expect(commandsOf('curl -d \'{\n  "a": 1 }\' x\nnpm ci')).toMatchObject([
      { words: ['curl', '-d', '{\n  "a": 1 }', 'x'] },
      { words: ['npm', 'ci'] },
    ]);
  });

  it('blocks have their commands and their line', () => {
    const text =
      'x\n\n```sh\nnpm ci && npm test\n# nothing\n\nnpx a \\\n  b\n```\n\n   ```sh aws\n   npx cdk\n   ```\n\n```text\nnpm\n```\n';
    expect(blocksIn('a.md', text)).toMatchObject([
      {
        line: 4,
        needsAws: false,
        commands: [{ text: 'npm ci' }, { text: 'npm test' }, { words: ['npx', 'a', 'b'] }],
      },
      { line: 12, needsAws: true, commands: [{ text: 'npx cdk' }] },
    ]);
  });

  it('sentences mention commands', () => {
    expect(
      mentionsIn('Use `npx nbwss groups\nlist` or `nbwss keys …`.\n\n```sh\nnpx nbwss no\n```\n'),
    ).toEqual([
      ['nbwss', 'groups', 'list'],
      ['nbwss', 'keys'],
    ]);
  });

  it.each<[string, boolean, RegExp | undefined]>([
    ['nbwss groups create berlin', true, undefined],
    ['nbwss groups', false, undefined],
    ['nbwss groups', true, /no subcommand/],
    ['nbwss groups make berlin', false, /no subcommand make/],
    ['nbwss unknown', false, /no subcommand unknown/],
    ['nbwss groups create --colour red berlin', true, /no option --colour/],
    ['nbwss groups create', true, /too few arguments/],
    ['nbwss groups create a b', true, /too many arguments/],
    ['nbwss keys create --groups berlin', true, /needs the option --scopes/],
    ['nbwss keys create --scopes', true, /argument missing/],
  ])('%s (whole: %s) is reported as %s', async (text, whole, expected) => {
    const error = errorOf(await commandTree(), wordsOf(text), whole);
    if (expected) expect(error).toMatch(expected);
    else expect(error).toBeUndefined();
  });
});
