/** Which rows of a long table are in the document. Pure. */

/** Pixels; the style sheet gives each row this height (`--row`). */
export const ROW_HEIGHT = 36;
/** How many rows beyond the visible ones are in the document, in both directions. */
const OVERSCAN = 12;
/** The rows change in steps, so that most movements of a scroll bar change nothing. */
const STEP = 6;
/** Below this number, all rows are in the document: a page can then be searched and printed. */
export const ALL_ROWS = 200;

export type RowRange = readonly [from: number, to: number];

/** @param top pixels of the rows above the visible area */
export const visibleRows = (count: number, top: number, height: number): RowRange => {
  if (count <= ALL_ROWS) return [0, count];
  const first = Math.floor(Math.max(0, top) / ROW_HEIGHT);
  const last = Math.ceil((Math.max(0, top) + height) / ROW_HEIGHT);
  const from = Math.floor((first - OVERSCAN) / STEP) * STEP;
  const to = Math.ceil((last + OVERSCAN) / STEP) * STEP;
  return [Math.min(Math.max(0, from), count), Math.min(to, count)];
};

/** Whether the next rows are needed soon: less than one visible area is left below the last row. */
export const isNearEnd = (count: number, top: number, height: number): boolean =>
  top + 2 * height >= count * ROW_HEIGHT;
