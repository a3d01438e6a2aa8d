/** A progress bar on standard error, only on a terminal: elsewhere the lines of the command show the progress. */
import { canReplaceLines, printLine, replaceLine } from '../../netbackup/terminal.ts';

const CELLS = 20;

/** `[#####···············]  25 %  text`. @param share from 0 to 1 */
export const barOf = (share: number, text: string): string => {
  const bounded = Math.min(1, Math.max(0, share));
  const filled = Math.floor(bounded * CELLS);
  const percent = `${Math.floor(bounded * 100)}`.padStart(3);
  return `[${'#'.repeat(filled)}${'·'.repeat(CELLS - filled)}] ${percent} %  ${text}`;
};

export interface Progress {
  /** Draws the bar; nothing without a terminal. */
  draw(share: number, text: string): void;
  /** Draws the bar; without a terminal it prints the text as a line. */
  show(share: number, text: string): void;
  /** Prints a line above the bar. */
  line(text: string): void;
  /** Removes the bar. */
  end(): void;
}

export const startProgress = (): Progress => {
  const isDrawn = canReplaceLines();
  let bar = '';
  const set = (next: string): void => {
    bar = next;
    if (isDrawn) replaceLine(bar);
  };
  return {
    draw: (share, text) => set(barOf(share, text)),
    show: (share, text) => (isDrawn ? set(barOf(share, text)) : printLine(text)),
    line: (text) => {
      if (isDrawn) replaceLine('');
      printLine(text);
      set(bar);
    },
    end: () => set(''),
  };
};
