import type { Clock, Timer } from '../../gateway/clock.ts';
import { ManualClock as SimulatorClock } from '../../netbackup/index.ts';

/** The simulator's clock that moves only when told to, beginning now. */
export class ManualClock extends SimulatorClock {
  constructor(now = Date.now()) {
    super(now);
  }
}

/**
 * The machine's clock, which can be put forward: what falls due on the way happens at once. For tests of a whole cloud,
 * whose functions must go on in real time while hours pass for them.
 */
export class ShiftableClock implements Clock {
  #ahead = 0;
  readonly #runs: boolean;
  readonly #timers = new Set<{ due: number; callback: () => void; handle: NodeJS.Timeout | undefined }>();

  /** `'stepped'`: timers fire only when the clock is put forward, however slow the machine is. */
  constructor(mode: 'running' | 'stepped' = 'running') {
    this.#runs = mode === 'running';
  }

  #arm(callback: () => void, ms: number): NodeJS.Timeout | undefined {
    return this.#runs ? setTimeout(callback, ms) : undefined;
  }

  now(): number {
    return Date.now() + this.#ahead;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const timer = {
      due: this.now() + ms,
      callback: () => {
        this.#timers.delete(timer);
        callback();
      },
      handle: this.#arm(() => timer.callback(), ms),
    };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: Timer): void {
    const known = timer as
      | { due: number; callback: () => void; handle: NodeJS.Timeout | undefined }
      | undefined;
    if (!known) return;
    clearTimeout(known.handle);
    this.#timers.delete(known);
  }

  /** Puts the clock forward, and fires what has fallen due in the order of its time. */
  advance(ms: number): void {
    this.#ahead += ms;
    const due = [...this.#timers].filter((timer) => timer.due <= this.now()).sort((a, b) => a.due - b.due);
    for (const timer of due) {
      if (!this.#timers.has(timer)) continue;
      clearTimeout(timer.handle);
      timer.callback();
    }
    for (const timer of this.#timers) {
      clearTimeout(timer.handle);
      timer.handle = this.#arm(() => timer.callback(), timer.due - this.now());
    }
  }
}
