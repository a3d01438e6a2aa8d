/** The verifiers of signatures that docs/alerts.md shows, run as a receiver would run them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { printLine } from '../../netbackup/terminal.ts';

export interface SignedRequest {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

const snippet = (language: string): string => {
  const page = readFileSync('docs/alerts.md', 'utf8');
  const [, text = ''] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(page) ?? [];
  return text;
};

/** What it prints: `true` or `false`. Undefined where the program is not installed. */
const run = (program: string, args: readonly string[], input: object): string | undefined => {
  const { error, stdout, stderr } = spawnSync(program, args, { input: JSON.stringify(input) });
  if (!error) return `${stdout}${stderr}`.trim().toLowerCase();
  printLine(`Not checked by ${program}: it is not installed.`);
  return undefined;
};

const NODE = `${snippet('js')}
const { headers, body, secret } = JSON.parse((await import('node:fs')).readFileSync(0, 'utf8'));
console.log(isSigned(headers, body, secret));`;
const PYTHON = `${snippet('python')}
import json, sys
print(is_signed(**json.load(sys.stdin)))`;

/** What each verifier says, without those that cannot be run here. */
export const verifiersSay = (request: SignedRequest, secret: string): string[] =>
  [
    run(process.execPath, ['--input-type=module', '--eval', NODE], { ...request, secret }),
    run('python3', ['-c', PYTHON], { ...request, secret }),
  ].flatMap((said) => said ?? []);
