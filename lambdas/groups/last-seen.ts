import { type Clock, MINUTE_MS } from '../platform/clock.ts';
import type { GroupsStore } from './groups-store.ts';

/** The resolution of `lastSeen`: one write a minute at most, for any number of responses. */
const RESOLUTION_MS = MINUTE_MS;
const MAX_ENTRIES = 5_000;

/**
 * Records that a group's NetBackup responded to a command (notifications are in the journal). Caches in each execution
 * environment what it recorded.
 */
export class LastSeen {
  readonly #groups: Pick<GroupsStore, 'recordLastSeen'>;
  readonly #clock: Clock;
  readonly #recorded = new Map<string, { readonly at: number; readonly apiVersion?: string | undefined }>();

  constructor(groups: Pick<GroupsStore, 'recordLastSeen'>, clock: Clock) {
    this.#groups = groups;
    this.#clock = clock;
  }

  /** @param apiVersion the version that NetBackup named; another one than before is recorded immediately */
  async record(groupId: string, apiVersion?: string): Promise<void> {
    const at = this.#clock();
    const last = this.#recorded.get(groupId);
    const isNewVersion = apiVersion !== undefined && apiVersion !== last?.apiVersion;
    if (last && at - last.at < RESOLUTION_MS && !isNewVersion) return;
    if (this.#recorded.size >= MAX_ENTRIES) this.#recorded.clear();
    this.#recorded.set(groupId, { at, apiVersion: apiVersion ?? last?.apiVersion });
    await this.#groups.recordLastSeen(groupId, at, apiVersion);
  }
}
