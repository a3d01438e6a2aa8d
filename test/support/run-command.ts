/** A command of the command line, run inside the test: what it prints, and with which code it would exit. */
import { Command } from 'commander';

type Write = (text: string) => void;

export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly exitCode: unknown;
}

class Exit extends Error {}

export const runCommand = async (
  register: (program: Command, print: Write, warn: Write) => void,
  args: readonly string[],
): Promise<Ran> => {
  const before = process.exitCode;
  // Another test may have left one.
  process.exitCode = undefined;
  const said = { out: '', err: '' };
  const print: Write = (text) => {
    said.out += text;
  };
  const warn: Write = (text) => {
    said.err += text;
  };
  const program = new Command('nbwss').configureOutput({ writeOut: print, writeErr: warn });
  register(program, print, warn);
  // What is wrong with the arguments ends a program at once.
  const exit = jest.spyOn(process, 'exit').mockImplementation((code) => {
    process.exitCode = code ?? 0;
    throw new Exit();
  });
  try {
    await program.parseAsync(['node', 'nbwss', ...args]);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  } finally {
    exit.mockRestore();
  }
  const { exitCode } = process;
  process.exitCode = before;
  return { ...said, exitCode };
};
