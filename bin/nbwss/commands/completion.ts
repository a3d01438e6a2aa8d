/** `nbwss completion`: shell completion, made from the commands themselves. */
import { Argument, type Command } from 'commander';
import { toStdout } from '../../../netbackup/terminal.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

interface Word {
  readonly text: string;
  readonly description: string;
}
interface Place {
  /** The names of the commands that lead to it, without `nbwss`. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly Word[];
}

const optionsOf = (command: Command): Word[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ text: long, description }] : []));

/** The command that runs when none is named. Commander does not give access to its name. */
const defaultOf = (command: Command): Command | undefined => {
  const { _defaultCommandName: name } = command as { _defaultCommandName?: string | null };
  return command.commands.find((one) => one.name() === name);
};

const placesOf = (command: Command, path = ''): Place[] => {
  const commands = command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help');
  const own = optionsOf(command);
  const names = own.map(({ text }) => text);
  const byDefault = defaultOf(command);
  const more = byDefault ? optionsOf(byDefault).filter(({ text }) => !names.includes(text)) : [];
  const options = [...own, ...more];
  const words = commands.map((one) => ({ text: one.name(), description: one.description() }));
  return [
    { path, commands: words, options },
    ...commands.flatMap((one) => placesOf(one, `${path} ${one.name()}`.trim())),
  ];
};

const textsOf = (words: readonly Word[]): string => words.map(({ text }) => text).join(' ');
/** A text in single quotes, for each of the shells. */
const quoted = (text: string): string => `'${text.replaceAll("'", '’')}'`;

/** The command to which the words on the command line lead: each word is taken if it is a command there. */
const walk = (places: readonly Place[]): string =>
  places
    .filter(({ path }) => path !== '')
    .map(({ path }) => quoted(path))
    .join('|');

const casesOf = (places: readonly Place[], reply: (place: Place) => string): string =>
  places.map((place) => `    ${quoted(place.path)}) ${reply(place)} ;;`).join('\n');

const bash = (
  places: readonly Place[],
): string => `# nbwss completion bash > ~/.local/share/bash-completion/completions/nbwss
_nbwss() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
    ${walk(places)}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${casesOf(places, ({ commands, options }) => `[[ $current == -* ]] && words='${textsOf(options)}' || words='${textsOf(commands)}'`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _nbwss nbwss
`;

const zshWords = (words: readonly Word[]): string =>
  words.map(({ text, description }) => quoted(`${text}:${description}`)).join(' ');

const zsh = (places: readonly Place[]): string => `#compdef nbwss
# nbwss completion zsh > _nbwss, in a folder of $fpath
_nbwss() {
  local place='' word
  local -a commands options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${place:+$place }$word" in
    ${walk(places)}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place" in
${casesOf(places, ({ commands, options }) => `commands=(${zshWords(commands)}); options=(${zshWords(options)})`)}
  esac
  if [[ $PREFIX == -* ]]; then _describe option options
  elif (( $#commands )); then _describe command commands
  else _files; fi
}
_nbwss "$@"
`;

const fish = (places: readonly Place[]): string => {
  const lines = places.flatMap(({ path, commands, options }) => {
    const here = `-n "__nbwss_at ${quoted(path)}"`;
    return [
      ...commands.map(
        ({ text, description }) => `complete -c nbwss -f ${here} -a ${text} -d ${quoted(description)}`,
      ),
      ...options.map(
        ({ text, description }) => `complete -c nbwss ${here} -l ${text.slice(2)} -d ${quoted(description)}`,
      ),
    ];
  });
  return `# nbwss completion fish > ~/.config/fish/completions/nbwss.fish
function __nbwss_at
  set -l place ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim "$place $word")
    if contains -- $next ${places.flatMap(({ path }) => (path === '' ? [] : [quoted(path)])).join(' ')}
      set place $next
    end
  end
  test "$place" = "$argv[1]"
end
${lines.join('\n')}
`;
};

const SCRIPTS: Readonly<Record<Shell, (places: readonly Place[]) => string>> = { bash, zsh, fish };

/** The script for a shell. The program must have all of its commands. */
export const completionFor = (shell: Shell, program: Command): string => SCRIPTS[shell](placesOf(program));

/** Adds `nbwss completion`. @param addAll adds the other commands to the program, which are not loaded otherwise */
export const registerCompletion = (program: Command, addAll: () => Promise<void>): void => {
  program
    .command('completion')
    .description('print a script with which a shell completes commands and options')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action(async (shell: Shell) => {
      await addAll();
      toStdout(completionFor(shell, program));
    });
};
