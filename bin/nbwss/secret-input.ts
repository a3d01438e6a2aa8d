/** Reads secrets from a file, a pipe or a hidden prompt. Never from an argument, which other users of the machine can see. */
import { readFile } from 'node:fs/promises';
import type { ReadStream } from 'node:tty';
import { printable } from '../../netbackup/terminal.ts';

/** The parts of standard input that are used. Only a terminal has a raw mode. */
export type Input = NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>;

const LINE_ENDS = ['\r', '\n'];
/** Ctrl-C, Ctrl-D. */
const CANCEL = ['\x03', '\x04'];
const CTRL_U = '\x15';
const ERASE = ['\x08', '\x7f'];

/**
 * Prompts on a terminal without echo.
 * @throws Error on Ctrl-C, Ctrl-D or the end of input
 */
export const readHidden = (
  prompt: string,
  input: Input,
  output: NodeJS.WritableStream = process.stderr,
): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    const finish = (settle: () => void): void => {
      input.off('data', read).off('end', cancel);
      input.setRawMode?.(false);
      input.pause();
      output.write('\n');
      settle();
    };
    const cancel = (): void => finish(() => reject(new Error('No input was given.')));
    const read = (chunk: Buffer | string): void => {
      for (const character of chunk.toString()) {
        if (LINE_ENDS.includes(character)) {
          finish(() => resolve(text));
          break;
        }
        if (CANCEL.includes(character)) {
          cancel();
          break;
        }
        if (character === CTRL_U) text = '';
        else text = ERASE.includes(character) ? text.slice(0, -1) : text + character;
      }
    };
    // Raw mode first: until then the terminal echoes.
    input.setRawMode?.(true);
    output.write(printable(prompt));
    input.on('data', read).on('end', cancel).resume();
  });

const readAll = async (input: Input): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
};

/** The secret in a text. @param name the source of the text @throws Error when it is not one line without spaces */
export const secretIn = (text: string, name: string): string => {
  const secret = text.trim();
  // The message does not show the text: it may be a key with an extra space.
  if (!/^[!-~]+$/.test(secret)) throw new Error(`${name} is not a key. One line without spaces is expected.`);
  return secret;
};

/**
 * Reads a secret from a file; `-` is standard input.
 * @param what names the secret in the prompt on a terminal
 * @throws Error when the file cannot be read or does not hold one line without spaces
 */
export const readSecret = async (
  file: string,
  what: string,
  input: Input = process.stdin,
): Promise<string> => {
  const isInput = file === '-';
  const name = isInput ? 'Standard input' : file;
  const text = isInput
    ? await (input.isTTY ? readHidden(`${what}: `, input) : readAll(input))
    : await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        throw new Error(`${file} cannot be read (${error.code}).`);
      });
  return secretIn(text, name);
};
