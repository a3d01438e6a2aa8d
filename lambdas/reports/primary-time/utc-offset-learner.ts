/** Learns the UTC offsets of each group's primary, and stores them on the group (I-12). */

import type { GroupsStore } from '../../groups/groups-store.ts';
import type { Interpretation } from '../../notifications/notification.ts';
import type { Clock } from '../../platform/clock.ts';
import { hasEvidence, learn, type UtcOffset } from './utc-offset.ts';

type Groups = Pick<GroupsStore, 'get' | 'setUtcOffsets'>;

/** How long offsets are cached: they change twice a year. */
const CACHE_MS = 10 * 60 * 1000;
const MAX_ENTRIES = 1_000;

export class UtcOffsetLearner {
  readonly #groups: Groups;
  readonly #clock: Clock;
  readonly #cache = new Map<string, { offsets: readonly UtcOffset[]; until: number }>();

  constructor(groups: Groups, clock: Clock) {
    this.#groups = groups;
    this.#clock = clock;
  }

  /** Learns from one message. Reads and writes only when the message can have something new. */
  async learnFrom(groupId: string, notifications: readonly Interpretation[]): Promise<void> {
    if (!hasEvidence(notifications)) return;
    const cached = this.#cache.get(groupId);
    const isFresh = cached !== undefined && cached.until > this.#clock();
    if (isFresh && learn(cached.offsets, notifications) === cached.offsets) return;
    const group = await this.#groups.get(groupId);
    if (!group) return;
    const before = group.utcOffsets ?? [];
    const after = learn(before, notifications);
    // If another writer was faster, the next message has the evidence again.
    if (after === before || (await this.#groups.setUtcOffsets(groupId, group.utcOffsets, after)))
      this.#store(groupId, after);
  }

  #store(groupId: string, offsets: readonly UtcOffset[]): void {
    if (this.#cache.size >= MAX_ENTRIES) this.#cache.clear();
    this.#cache.set(groupId, { offsets, until: this.#clock() + CACHE_MS });
  }
}
