const STEP_MS = 10;
/** A step that ends later than this shows that this process was stalled. */
const STALL_MS = 200;

/**
 * Calls `onEnd` after `ms`, counted in steps. On a busy machine all steps are longer, so that everything that has arrived is read in
 * between; a step in which this process was stalled is not counted.
 * @returns a function that stops it
 */
export const startTimeout = (ms: number, onEnd: () => void): (() => void) => {
  let left = Math.max(1, Math.ceil(ms / STEP_MS));
  const startStep = (): NodeJS.Timeout => {
    const due = performance.now() + STEP_MS;
    return setTimeout(() => {
      if (performance.now() - due < STALL_MS) left--;
      if (left === 0) onEnd();
      else timer = startStep();
    }, STEP_MS);
  };
  let timer = startStep();
  return () => clearTimeout(timer);
};
