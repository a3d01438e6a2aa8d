/** Completion in real shells. `.ci/run` installs them, and sets NBWSS_SHELLS so that none may be missing there. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printLine } from '../../netbackup/terminal.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

/** Calls the function that is registered for nbwss as bash does, and prints the words that it offers. */
const BASH = `source "$ZDOTDIR/_nbwss"
read -ra COMP_WORDS <<< "$LINE"
[[ $LINE == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
function=$(complete -p nbwss); function=\${function##*-F }
\${function%% *}
printf '%s\\n' "\${COMPREPLY[@]}"`;

/** Prints the words that fish offers. */
const FISH = `source "$ZDOTDIR/_nbwss"
complete -C "$LINE"`;

/** An interactive zsh in a pseudo terminal: types the line and the tab key, and prints the line that results. */
const ZSH = `zmodload zsh/zpty
zpty shell zsh -i
zpty -r shell seen '*ready *'
zpty -w -n shell "$LINE"$'\\t\\C-g'
while zpty -r shell seen; do :; done
print -r -- "$(<$ZDOTDIR/line)"`;
const ZSHRC = `fpath=($ZDOTDIR $fpath)
autoload -Uz compinit
compinit -u -D
show() { print -r -- "$BUFFER" > $ZDOTDIR/line; BUFFER=exit; zle accept-line }
zle -N show
bindkey '^G' show
PS1='ready '
`;

const ARGS: Readonly<Record<Shell, readonly string[]>> = {
  bash: ['--noprofile', '--norc', '-c', BASH],
  zsh: ['-f', '-c', ZSH],
  fish: ['--no-config', '-c', FISH],
};

/**
 * What a shell makes of a line when the tab key is pressed after it: the words that bash and fish offer, one per line and in fish
 * with their descriptions; the line that zsh completes. Undefined where the shell is not installed.
 * @param script of `nbwss completion`
 */
export const afterTab = (shell: Shell, script: string, line: string): string | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'nbwss-shell-'));
  try {
    writeFileSync(join(folder, '_nbwss'), script);
    writeFileSync(join(folder, '.zshrc'), ZSHRC);
    const env = { PATH: process.env['PATH'], HOME: folder, ZDOTDIR: folder, TERM: 'dumb', LINE: line };
    const { error, stdout, stderr } = spawnSync(shell, ARGS[shell], {
      encoding: 'utf8',
      env,
      timeout: 240_000,
    });
    if (!error) return `${stdout}${stderr}`.trim();
    if (process.env['NBWSS_SHELLS'] || !('code' in error && error.code === 'ENOENT')) throw error;
    printLine(`Not tried in ${shell}: it is not installed.`);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
