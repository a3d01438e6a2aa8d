/** Secrets on their way in: from a file, a pipe, or typed unseen. Never as an argument, which every user of the machine can read. */
import { readFile } from 'node:fs/promises';
import type { ReadStream } from 'node:tty';

/** What is used of standard input; a terminal has a raw mode. */
export type Input = NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>;

const LINE_ENDS = ['\r', '\n'];
/** Ctrl-C, Ctrl-D. */
const LEAVE = ['\x03', '\x04'];
const CTRL_U = '\x15';
const ERASE = ['\x08', '\x7f'];

/**
 * Asks on a terminal, without showing what is typed or pasted.
 * @throws Error when it is left with Ctrl-C, or ends before the line does
 */
export const typed = (
  prompt: string,
  input: Input,
  output: NodeJS.WritableStream = process.stderr,
): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    const finish = (settle: () => void): void => {
      input.off('data', read).off('end', abandon);
      input.setRawMode?.(false);
      input.pause();
      output.write('\n');
      settle();
    };
    const abandon = (): void => finish(() => reject(new Error('Nothing was entered.')));
    const read = (chunk: Buffer | string): void => {
      for (const character of chunk.toString()) {
        if (LINE_ENDS.includes(character)) {
          finish(() => resolve(text));
          break;
        }
        if (LEAVE.includes(character)) {
          abandon();
          break;
        }
        if (character === CTRL_U) text = '';
        else text = ERASE.includes(character) ? text.slice(0, -1) : text + character;
      }
    };
    // Before it is asked for: the terminal itself echoes as long as it is not raw.
    input.setRawMode?.(true);
    output.write(prompt);
    input.on('data', read).on('end', abandon).resume();
  });

const collected = async (input: Input): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
};

/**
 * The one word that a file holds; `-` is standard input.
 * @param what is asked for, should standard input be a terminal
 * @throws Error when the file cannot be read, or holds no such word
 */
export const secretFrom = async (
  file: string,
  what: string,
  input: Input = process.stdin,
): Promise<string> => {
  const isInput = file === '-';
  const name = isInput ? 'Standard input' : file;
  const text = isInput
    ? await (input.isTTY ? typed(`${what}: `, input) : collected(input))
    : await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        throw new Error(`${file} cannot be read (${error.code}).`);
      });
  const secret = text.trim();
  // Of what is wrong with it nothing is shown: it may be a key, and a space too much.
  if (!/^[!-~]+$/.test(secret)) throw new Error(`${name} holds no key: one line without blanks is expected.`);
  return secret;
};
