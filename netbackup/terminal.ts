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

/** The same, but keeps line feeds. Only for text in which every line feed is ours, such as formatted JSON. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

export const toStdout: Write = (text) => void process.stdout.write(printableLines(text));
export const toStderr: Write = (text) => void process.stderr.write(printableLines(text));

/** Prints one line. */
export const printLine: Write = (line) => toStdout(`${printable(line)}\n`);
/** Prints one line to standard error. */
export const warnLine: Write = (line) => toStderr(`${printable(line)}\n`);

const SUGGESTION = '\n(Did you mean ';

/** How commander writes help and errors. An error quotes arguments, so its line feeds are not ours. */
export const commanderOutput = {
  writeOut: toStdout,
  writeErr: toStderr,
  outputError: (text: string, write: Write): void => {
    const [error = '', suggestion] = text.trimEnd().split(SUGGESTION, 2);
    write(`${printable(error)}${suggestion === undefined ? '' : SUGGESTION + printable(suggestion)}\n`);
  },
};
