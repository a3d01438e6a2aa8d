import type { Clock } from './clock.ts';
import type { WebSocketLimits } from './limits.ts';

/**
 * Watches that a message arrives, and calls `stalled` when less than `stallBytes` arrived in `stallMs`. Time in which the gateway
 * itself did not read does not count.
 * @param state how much has been read, and how often reading was paused so far
 * @returns what ends the watch
 */
export function watchProgress(
  clock: Clock,
  { stallMs, stallBytes }: Pick<WebSocketLimits, 'stallMs' | 'stallBytes'>,
  state: () => { readonly bytes: number; readonly pauses: number; readonly paused: boolean },
  stalled: () => void,
): () => void {
  let before = state();
  let timer = clock.setTimeout(check, stallMs);
  function check(): void {
    const now = state();
    const ours = before.paused || now.paused || now.pauses !== before.pauses;
    if (!ours && now.bytes - before.bytes < stallBytes) {
      stalled();
      return;
    }
    before = now;
    timer = clock.setTimeout(check, stallMs);
  }
  return () => clock.clearTimeout(timer);
}
