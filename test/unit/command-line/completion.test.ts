import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { completionFor } from '../../../bin/nbwss/commands/completion.ts';

const program = new Command('nbwss').version('1');
const groups = program.command('groups').description("domains, and 'whether' they are connected");
groups.command('list').option('--label <text>', 'only these').option('-q', 'quiet');
groups.command('show <group>');
program.command('status').option('--json', 'as JSON');

/** What bash offers for the words of a command line, the last of which is being typed. */
const offered = (...words: string[]): string[] => {
  const script = `${completionFor('bash', program)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_nbwss; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter(Boolean);
};

it('bash completes commands, their commands, and their options', () => {
  expect(offered('nbwss', '')).toEqual(['groups', 'status']);
  expect(offered('nbwss', 'st')).toEqual(['status']);
  expect(offered('nbwss', 'groups', '')).toEqual(['list', 'show']);
  expect(offered('nbwss', 'groups', 'list', '--')).toEqual(['--label', '--help']);
  expect(offered('nbwss', 'groups', 'list', '--label', 'x', '--l')).toEqual(['--label']);
  expect(offered('nbwss', 'groups', 'show', 'berlin', '')).toEqual([]);
  expect(offered('nbwss', 'none', '')).toEqual(['groups', 'status']);
});

/** These shells are not on every machine: then only the text is looked at. */
it.each(['zsh', 'fish'] as const)('%s has each command and option with its description', (shell) => {
  const script = completionFor(shell, program);
  expect(script).toContain('domains, and ’whether’ they are connected');
  expect(script).toContain(shell === 'zsh' ? "'--label:only these'" : "-l label -d 'only these'");
  // As a file: fish does not read a script from the socket that Node.js makes of an input.
  const folder = mkdtempSync(join(tmpdir(), 'nbwss-completion-'));
  writeFileSync(join(folder, 'script'), script);
  const checked = spawnSync(shell, ['-n', join(folder, 'script')], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  if (checked.error === undefined) expect([checked.status, checked.stderr]).toEqual([0, '']);
});
