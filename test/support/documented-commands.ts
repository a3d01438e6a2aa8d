/** The commands in the documentation: the lines of its `sh` blocks. */
import { readdirSync, readFileSync } from 'node:fs';

export interface DocumentedCommand {
  /** The words with blanks between them. */
  readonly text: string;
  readonly words: readonly string[];
}
export interface DocumentedBlock {
  readonly file: string;
  /** Of its first line, from 1. */
  readonly line: number;
  /** The block begins with "sh aws": it needs an AWS account. */
  readonly needsAws: boolean;
  readonly commands: readonly DocumentedCommand[];
}

export const DOCUMENTS: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'local/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
];

/** A comment, an end of a command, or a word; quotes may contain line feeds. `<NAME>`, which stands for a value, is a word. */
const TOKEN = /#.*|\n|&&|(?:'[^']*'|"[^"]*"|<[^>\n]*>|[^\s'"#]|(?<=\S)#)+/g;

const unquoted = (word: string): string =>
  word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? '');

const withoutRedirection = (words: readonly string[]): readonly string[] => {
  const at = words.indexOf('>');
  return at < 0 ? words : words.slice(0, at);
};

/** Commands as a shell reads them. */
export const commandsOf = (text: string): DocumentedCommand[] => {
  const commands: string[][] = [[]];
  for (const [token] of text.replace(/\\\n\s*/g, '').matchAll(TOKEN)) {
    if (token === '\n' || token === '&&') commands.push([]);
    else if (!token.startsWith('#')) commands.at(-1)?.push(unquoted(token));
  }
  return commands
    .map(withoutRedirection)
    .filter((words) => words.length > 0)
    .map((words) => ({ text: words.join(' '), words }));
};

/** The words of one command. */
export const wordsOf = (line: string): readonly string[] => commandsOf(line)[0]?.words ?? [];

export const blocksIn = (file: string, text: string): DocumentedBlock[] =>
  [...text.matchAll(/^( *)```sh(.*)\n([\s\S]*?)^\1```$/gm)].map(({ index, 2: info = '', 3: body = '' }) => ({
    file,
    line: text.slice(0, index).split('\n').length + 1,
    needsAws: info === ' aws',
    commands: commandsOf(body),
  }));

/** Commands within sentences: `nbwss …` in backquotes. */
export const mentionsIn = (text: string): (readonly string[])[] =>
  [...text.replace(/^( *)```[\s\S]*?^\1```$/gm, '').matchAll(/`(?:npx )?(nbwss [^`]+)`/g)].map(
    ([, command = '']) => wordsOf(command.replaceAll('\n', ' ')).filter((word) => word !== '…'),
  );

export const documentedBlocks = (): DocumentedBlock[] =>
  DOCUMENTS.flatMap((file) => blocksIn(file, readFileSync(file, 'utf8')));

/** Commands that other tests run, or that cannot run here, with the test or the reason. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/^npm (ci|test)$/, '.ci/run'],
  [/^npm start( |$)/, 'test/cli/start.test.ts'],
  [/^npm run fix$/, 'package.json'],
  [/^npm run cost /, 'test/unit/cost/cost-document.test.ts'],
  [/^npx nbwss tunnel /, 'test/cli/tunnel.test.ts'],
  [/^npx nbwss doctor /, 'test/cli/doctor.test.ts'],
  [/^npx nbwss conformance /, 'test/cli/conformance.test.ts'],
  // Of a deployment with two gateways.
  [/^npx nbwss endpoints .* --gateway /, 'test/integration/connections/two-gateways.test.ts'],
  // Of a domain that is connected.
  [/^npx nbwss groups disconnect /, 'test/integration/connections/command-line.test.ts'],
  [/^npx nbwss simulate /, 'test/unit/netbackup/simulator'],
  [/^npx nbwss verify /, 'test/integration/verify/verify.test.ts'],
  // They are about one problem, or have a date.
  [/^curl .*\/v1\/(problems\/|mutes)/, 'test/unit/http/problems/problems-routes.test.ts'],
  // With the token of a person.
  [/^curl .*Authorization: Bearer /, 'test/integration/people/oidc.test.ts'],
  // Of a release, and what it contains.
  [/^(npm pack|npm sbom|sha256sum) ?/, 'test/cli/package.test.ts'],
  // Clients of others, whose requests these tests send.
  [/^(netbackup-exporter|python|perl|\.\/)/, 'test/support/heavy-primary/clients/drivers.ts'],
];
/** Where a command is tested that the documentation test does not run itself. */
export const testedElsewhere = ({ text }: DocumentedCommand): string | undefined =>
  ELSEWHERE.find(([pattern]) => pattern.test(text))?.[1];

/** What test/cli/documented-commands.test.ts runs. */
export const isRunnable = ({ words: [program, name] }: DocumentedCommand): boolean =>
  program === 'curl' || program === 'export' || (program === 'npx' && name === 'nbwss');
