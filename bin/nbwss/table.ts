/** Tables for people: columns as wide as their texts, or as the terminal allows. */
import stringWidth from 'string-width';
import { printable, printSpans, type Span, terminalWidth } from '../../netbackup/terminal.ts';

export interface Column<T> {
  readonly title: string;
  readonly value: (item: T) => Span | string | number | undefined;
  /** The least number of terminal columns to which it may be cut; it is never cut if not given. */
  readonly min?: number;
}

/** A field as NetBackup has sent it, of any type. */
export const sent = (value: unknown): string | undefined =>
  value === undefined || typeof value === 'string' ? value : JSON.stringify(value);

const GAP = 2;
const ELLIPSIS = '…';
const segmenter = new Intl.Segmenter();

/** Cuts a text to a number of terminal columns. Characters may take two of them, or none. */
export const fitted = (text: string, width: number): string => {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const { segment } of segmenter.segment(text)) {
    if (stringWidth(kept + segment) > width - stringWidth(ELLIPSIS)) break;
    kept += segment;
  }
  return kept + ELLIPSIS;
};

const spanOf = (value: Span | string | number | undefined): Span => {
  const span = typeof value === 'object' ? value : { text: String(value ?? '') };
  // Escaped before it is measured, because that makes it longer.
  return { ...span, text: printable(span.text) };
};

interface Measured {
  readonly title: string;
  readonly cells: readonly Span[];
  readonly natural: number;
  readonly min: number;
}

const measured = <T>({ title, value, min }: Column<T>, items: readonly T[]): Measured => {
  const cells = items.map((item) => spanOf(value(item)));
  const natural = Math.max(...[title, ...cells.map(({ text }) => text)].map((text) => stringWidth(text)));
  return { title, cells, natural, min: min === undefined ? natural : Math.min(natural, min) };
};

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + GAP * (widths.length - 1);

/** Shrinks the widest column that can be cut, until the line fits. */
const widthsFor = (columns: readonly Measured[], limit: number): number[] => {
  const widths = columns.map(({ natural }) => natural);
  while (total(widths) > limit) {
    const cut = columns
      .map(({ min }, index) => ({ index, room: (widths[index] ?? 0) > min ? (widths[index] ?? 0) : 0 }))
      .reduce((best, one) => (one.room > best.room ? one : best), { index: -1, room: 0 });
    if (cut.index < 0) break;
    widths[cut.index] = cut.room - 1;
  }
  return widths;
};

export interface Table {
  /** The texts of a column, the title first. */
  readonly lines: readonly (readonly Span[])[];
  /** The titles of the last columns, for which there was no room. */
  readonly left: readonly string[];
}

/** @param limit terminal columns; the first column of the table is always shown */
export const tableOf = <T>(
  columns: readonly Column<T>[],
  items: readonly T[],
  limit = Number.POSITIVE_INFINITY,
): Table => {
  const filled = columns
    .map((column) => measured(column, items))
    .filter(({ cells }, index) => index === 0 || cells.some(({ text }) => text !== ''));
  let shown = filled;
  while (shown.length > 1 && total(shown.map(({ min }) => min)) > limit) shown = shown.slice(0, -1);
  const widths = widthsFor(shown, limit);
  const line = (spans: readonly Span[]): Span[] => {
    // No spaces at the end of a line.
    const last = spans.findLastIndex(({ text }) => text !== '');
    return spans.slice(0, last + 1).flatMap(({ text, style }, index) => {
      const width = Math.min(widths[index] ?? 0, limit);
      const cell = fitted(text, width);
      if (index === last) return [{ text: cell, style }];
      return [{ text: cell, style }, { text: ' '.repeat(width - stringWidth(cell) + GAP) }];
    });
  };
  const titles = shown.map(({ title }): Span => ({ text: title, style: 'bold' }));
  const rows = items.map((_, index) => shown.map(({ cells }) => cells[index] ?? { text: '' }));
  return {
    lines: [titles, ...rows].map(line),
    left: filled.slice(shown.length).map(({ title }) => title),
  };
};

/** Prints a table that fits the terminal. What is cut or left out is in `--json`. */
export const printTable = <T>(columns: readonly Column<T>[], items: readonly T[]): void => {
  const { lines, left } = tableOf(columns, items, terminalWidth());
  for (const line of lines) printSpans(line);
  if (left.length > 0)
    printSpans([{ text: `Too narrow for ${left.join(', ')}: see --json.`, style: 'gray' }]);
};
