import { type Clock, MINUTE_MS } from '../platform/clock.ts';
import type { GroupsStore } from './groups-store.ts';

/** How exactly `lastSeen` is kept: one write a minute at most, however many commands are answered. */
const STEP_MS = MINUTE_MS;
const MAX_ENTRIES = 5_000;

/**
 * Notes that a group's NetBackup was there, for whoever hears from it (commands; notifications leave their own mark, the
 * journal). Remembers within one execution environment what it noted last.
 */
export class LastSeen {
  readonly #groups: Pick<GroupsStore, 'recordSeen'>;
  readonly #clock: Clock;
  readonly #noted = new Map<string, { readonly at: number; readonly apiVersion?: string | undefined }>();

  constructor(groups: Pick<GroupsStore, 'recordSeen'>, clock: Clock) {
    this.#groups = groups;
    this.#clock = clock;
  }

  /** @param apiVersion the version that NetBackup named on this occasion; a new one is noted at once */
  async note(groupId: string, apiVersion?: string): Promise<void> {
    const at = this.#clock();
    const last = this.#noted.get(groupId);
    const isNews = apiVersion !== undefined && apiVersion !== last?.apiVersion;
    if (last && at - last.at < STEP_MS && !isNews) return;
    if (this.#noted.size >= MAX_ENTRIES) this.#noted.clear();
    this.#noted.set(groupId, { at, apiVersion: apiVersion ?? last?.apiVersion });
    await this.#groups.recordSeen(groupId, at, apiVersion);
  }
}
