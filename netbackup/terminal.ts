import { styleText } from 'node:util';

/**
 * All text for the terminal. Text from outside (names, reasons, answers, errors) must not move the cursor, set colours or
 * add lines, so no other file writes to the terminal.
 */
export type Write = (text: string) => void;

/** Escapes control characters, bidirectional controls and line separators as JSON does, so that JSON stays valid. */
export const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The same, but keeps line feeds. Only for text in which every line feed is our own, such as formatted JSON. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

export const toStdout: Write = (text) => void process.stdout.write(printableLines(text));
export const toStderr: Write = (text) => void process.stderr.write(printableLines(text));

/** Prints one line. */
export const printLine: Write = (line) => toStdout(`${printable(line)}\n`);
/** Prints one line to standard error. */
export const warnLine: Write = (line) => toStderr(`${printable(line)}\n`);

/** Text from any source, with our own style. */
export interface Span {
  readonly text: string;
  readonly style?: 'red' | 'yellow' | 'green' | 'gray' | 'bold' | undefined;
}

/** https://no-color.org: any value that is not empty turns colours off. */
const hasColours = (): boolean =>
  process.stdout.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';

/** Prints one line, with colours on a terminal only. */
export const printSpans = (spans: readonly Span[]): void => {
  const coloured = hasColours();
  const texts = spans.map(({ text, style }) =>
    coloured && style ? styleText(style, printable(text), { validateStream: false }) : printable(text),
  );
  process.stdout.write(`${texts.join('')}\n`);
};

/** Columns of the terminal, or the value of COLUMNS; undefined where lines may have any length. */
export const terminalWidth = (): number | undefined => {
  const said = Number(process.env['COLUMNS']);
  return process.stdout.columns || (Number.isInteger(said) && said > 0 ? said : undefined);
};

/** Lines of the terminal; undefined where there is no limit. */
export const terminalHeight = (): number | undefined => process.stdout.rows || undefined;

/** Removes everything from the terminal, for a screen that is drawn again. */
export const clearScreen = (): void => {
  if (process.stdout.isTTY) process.stdout.write('\x1b[2J\x1b[H');
};

/** Whether standard error is a terminal, on which a line can be replaced. */
export const canReplaceLines = (): boolean => process.stderr.isTTY === true;

/** Replaces the last line of the terminal, on standard error. An empty one removes it. */
export const replaceLine: Write = (line) =>
  void process.stderr.write(`\r\x1b[K${printable(line).slice(0, (process.stderr.columns || 80) - 1)}`);

/** A reader that ends early (`| head -1`) has all that it needs. */
export const endWithReader = (): void => {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(process.exitCode ?? 0);
    });
};

const SUGGESTION = '\n(Did you mean ';

/** How commander writes help and errors. An error quotes arguments, so its line feeds may come from outside. */
export const commanderOutput = {
  writeOut: toStdout,
  writeErr: toStderr,
  outputError: (text: string, write: Write): void => {
    const [error = '', suggestion] = text.trimEnd().split(SUGGESTION, 2);
    write(`${printable(error)}${suggestion === undefined ? '' : SUGGESTION + printable(suggestion)}\n`);
  },
};
