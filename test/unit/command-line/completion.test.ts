import { Command } from 'commander';
import { completionFor } from '../../../bin/nbwss/commands/completion.ts';
import { afterTab, type Shell } from '../../support/shells.ts';

const program = new Command('nbwss').version('1');
const groups = program.command('groups').description("domains, and 'whether' they are connected");
groups
  .command('list', { isDefault: true })
  .description('list them')
  .option('--label <text>', 'only these')
  .option('-q', 'quiet');
groups.command('show <group>').description('show one');
program.command('status').description('what is wrong').option('--json', 'as JSON');

const offered = (line: string): string[] =>
  afterTab('bash', completionFor('bash', program), line)?.split('\n').filter(Boolean) ?? [];

it('bash offers commands, their commands, and their options', () => {
  expect(offered('nbwss ')).toEqual(['groups', 'status']);
  expect(offered('nbwss groups ')).toEqual(['list', 'show']);
  expect(offered('nbwss groups list --')).toEqual(['--label', '--help']);
  expect(offered('nbwss groups show berlin ')).toEqual([]);
  expect(offered('nbwss none ')).toEqual(['groups', 'status']);
});

it('the options of the command that runs when none is named are offered too', () => {
  expect(offered('nbwss groups --')).toEqual(['--help', '--label']);
});

const CASES: readonly (readonly [line: string, completed: string])[] = [
  ['nbwss st', 'status'],
  ['nbwss groups sh', 'show'],
  ['nbwss groups list --la', '--label'],
  ['nbwss groups list --label x --he', '--help'],
];

describe.each<Shell>(['bash', 'zsh', 'fish'])('%s', (shell) => {
  const script = completionFor(shell, program);
  it.each(CASES)('completes "%s" to %s', (line, completed) => {
    const text = afterTab(shell, script, line);
    if (text !== undefined) expect(text.split('\t')[0]?.split(' ').at(-1)).toBe(completed);
  });
});

it('zsh and fish show what a command does', () => {
  expect(completionFor('zsh', program)).toContain("'groups:domains, and ’whether’ they are connected'");
  const text = afterTab('fish', completionFor('fish', program), 'nbwss gr');
  if (text !== undefined) expect(text).toBe('groups\tdomains, and ’whether’ they are connected');
});
