import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';

/** The likely cause of a JSON error: typical results of copying and editing by hand (TRAP-4). */
export type JsonHint =
  | 'html'
  | 'trailing-comma'
  | 'missing-comma'
  | 'line-break-in-string'
  | 'control-character'
  | 'typographic-quotes'
  | 'single-quotes'
  | 'yen-sign'
  | 'bad-escape'
  | 'extra-text'
  | 'unfinished'
  | 'unexpected';

/** A position in a text; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The first position at which a text is not JSON. */
export interface JsonError extends Position {
  readonly hint: JsonHint;
}

type Located = readonly [hint: JsonHint, offset: number];

const TYPOGRAPHIC_QUOTES = '“”„«»＂';
const SINGLE_QUOTES = "'‘’`";
const YEN_SIGNS = '¥￥';

/** Locates and explains the first error of a text that is not JSON. Too deep nesting counts as unexpected. Pure. */
export function describeJsonError(text: string): JsonError {
  const [hint, offset] = locate(text);
  return { ...positionIn(text, offset), hint };
}

export function positionIn(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

function locate(text: string): Located {
  const html = /^[ \t\r\n]*</.exec(text);
  if (html) return ['html', html[0].length - 1];
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const [first] = errors;
  return first ? explain(text, first) : ['unexpected', 0];
}

function explain(text: string, { error, offset, length }: ParseError): Located {
  const before = text.slice(0, offset);
  const token = text.slice(offset, offset + length);
  const next = text[offset] ?? '';
  const code = printParseErrorCode(error);
  if (code === 'InvalidCharacter') return ['control-character', offset + token.search(/\p{Cc}/u)];
  if (code === 'InvalidUnicode' || code === 'InvalidEscapeCharacter') {
    const valid = /^(?:[^\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*\\/.exec(token);
    return ['bad-escape', offset + (valid?.[0].length ?? 0)];
  }
  // On a Japanese keyboard ¥ is the backslash: `¥"` was meant as an escape, but it ends the string.
  const yenEscape = /[¥￥]"\s*$/.exec(before);
  if (yenEscape) return ['yen-sign', yenEscape.index];
  if (code === 'UnexpectedEndOfString') {
    const end = offset + length;
    return end < text.length ? ['line-break-in-string', end] : ['unfinished', offset];
  }
  const comma = /,\s*$/.exec(before);
  if (comma && (next === '}' || next === ']')) return ['trailing-comma', comma.index];
  if (code === 'EndOfFileExpected') return ['extra-text', offset];
  if (next === '') return ['unfinished', offset];
  if (TYPOGRAPHIC_QUOTES.includes(next)) return ['typographic-quotes', offset];
  if (SINGLE_QUOTES.includes(next)) return ['single-quotes', offset];
  if (YEN_SIGNS.includes(next)) return ['yen-sign', offset];
  if (code === 'CommaExpected' && (next === '"' || next === '{')) return ['missing-comma', offset];
  // The parser splits 01 into two tokens: the error is where the word begins.
  return ['unexpected', offset - (/[\w.+-]*$/.exec(before)?.[0].length ?? 0)];
}
