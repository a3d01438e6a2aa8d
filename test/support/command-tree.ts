/** The command line's commands, subcommands and options, as commander knows them. */
import { readFileSync } from 'node:fs';
import { Command, type CommanderError } from 'commander';

type Register = (program: Command) => void;

/** Values are not parsed: in documents, many stand for something. */
const anyValue = (command: Command): void => {
  for (const option of [...command.options, ...command.registeredArguments])
    Object.assign(option, { parseArg: undefined });
  for (const subcommand of command.commands) anyValue(subcommand);
};

/** All commands of bin/nbwss.ts, which loads each when it is needed. */
export const commandTree = async (): Promise<Command> => {
  const program = new Command('nbwss');
  const entries = readFileSync('bin/nbwss.ts', 'utf8').matchAll(/import\('(\S+?)'\)\)\.(register\w+)\(/g);
  for (const [, path = '', name = ''] of entries) {
    const loaded = (await import(`../../bin/${path}`)) as Record<string, Register>;
    loaded[name]?.(program);
  }
  anyValue(program);
  return program;
};

/** Errors are thrown instead of ending the process. */
const quiet = (command: Command): Command => command.exitOverride().configureOutput({ writeErr: () => {} });

/**
 * What commander says against these words, which begin with `nbwss`; undefined if nothing. Without `whole`, arguments and
 * required options may be missing: a sentence names only what it is about.
 */
export const errorOf = (
  program: Command,
  [, ...words]: readonly string[],
  whole: boolean,
): string | undefined => {
  let command = program;
  let rest = words;
  for (;;) {
    const next = command.commands.find(
      (one) => one.name() === rest[0] || one.aliases().includes(rest[0] ?? ''),
    );
    if (!next) break;
    command = next;
    rest = rest.slice(1);
  }
  const path = command === program ? 'nbwss' : command.name();
  if (command.commands.length > 0 && (whole || (rest[0] !== undefined && !/^[-…]/.test(rest[0]))))
    return `${path} has no subcommand ${rest[0]}`;
  try {
    const { operands, unknown } = quiet(command).parseOptions([...rest]);
    const option = unknown.find((word) => word.startsWith('-') && word !== '--help');
    if (option) return `${path} has no option ${option}`;
    const { registeredArguments: expected } = command;
    if (operands.length > expected.length && !expected.at(-1)?.variadic)
      return `${path} has too many arguments`;
    const required = expected.filter(({ required }) => required).length;
    if (whole && operands.length < required) return `${path} has too few arguments`;
    const missing = command.options.find(
      (one) => one.mandatory && command.getOptionValue(one.attributeName()) === undefined,
    );
    return whole && missing ? `${path} needs the option ${missing.long}` : undefined;
  } catch (error) {
    return (error as CommanderError).message;
  }
};
