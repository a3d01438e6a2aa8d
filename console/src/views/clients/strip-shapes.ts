/** How a day looks in a strip: each state has its own place in the cell, so that colour is not the only sign. Pure. */
import type { Cell, DayState } from './strip.ts';

/** Sizes in units of the drawing. */
export const CELL_WIDTH = 4;
export const HEIGHT = 20;

interface Shape {
  readonly top: number;
  readonly height: number;
}

/** The shapes; `unknown` is empty. */
const SHAPES: Readonly<Record<Exclude<DayState, 'unknown'>, Shape>> = {
  good: { top: 2, height: 16 },
  partial: { top: 10, height: 8 },
  failed: { top: 2, height: 8 },
  other: { top: 8, height: 4 },
  none: { top: 17, height: 1 },
};

/** The path of all cells with this state. @param first the place of the first cell */
export const pathOf = (cells: readonly Cell[], wanted: DayState, first = 0): string => {
  if (wanted === 'unknown') return '';
  const { top, height } = SHAPES[wanted];
  return cells
    .map(({ state }, index) =>
      state === wanted
        ? `M${(first + index) * CELL_WIDTH} ${top}h${CELL_WIDTH - 1}v${height}h${1 - CELL_WIDTH}z`
        : '',
    )
    .join('');
};
