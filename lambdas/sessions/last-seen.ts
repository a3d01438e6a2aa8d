import { type Clock, MINUTE_MS } from '../platform/clock.ts';
import type { GroupsStore } from './groups-store.ts';

/** How exactly `lastSeen` is kept: one write a minute at most, however many commands are answered. */
const STEP_MS = MINUTE_MS;
const MOST_ENTRIES = 5_000;

/**
 * Notes that a group's NetBackup was there, for whoever hears from it (commands; notifications leave their own mark, the
 * journal). Remembers within one execution environment what it noted last.
 */
export class LastSeen {
  readonly #groups: Pick<GroupsStore, 'recordSeen'>;
  readonly #clock: Clock;
  readonly #noted = new Map<string, number>();

  constructor(groups: Pick<GroupsStore, 'recordSeen'>, clock: Clock) {
    this.#groups = groups;
    this.#clock = clock;
  }

  async note(groupId: string): Promise<void> {
    const now = this.#clock();
    if (now - (this.#noted.get(groupId) ?? Number.NEGATIVE_INFINITY) < STEP_MS) return;
    if (this.#noted.size >= MOST_ENTRIES) this.#noted.clear();
    this.#noted.set(groupId, now);
    await this.#groups.recordSeen(groupId, now);
  }
}
