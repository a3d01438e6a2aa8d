/** The UTC offsets of each group's primary, on the group (I-12). */

import type { GroupsStore } from '../../groups/groups-store.ts';
import type { Interpreted } from '../../notifications/interpret.ts';
import type { Clock } from '../../platform/clock.ts';
import { canTell, learn, type UtcOffset } from './utc-offset.ts';

type Groups = Pick<GroupsStore, 'get' | 'setUtcOffsets'>;

/** How long what was read may be used again: the offset changes twice a year. */
const FRESH_MS = 10 * 60 * 1000;
const MAX_ENTRIES = 1_000;

export class UtcOffsetLearner {
  readonly #groups: Groups;
  readonly #clock: Clock;
  readonly #known = new Map<string, { offsets: readonly UtcOffset[]; until: number }>();

  constructor(groups: Groups, clock: Clock) {
    this.#groups = groups;
    this.#clock = clock;
  }

  /** Learns from one message. Reads and writes only when it can say something new. */
  async learnFrom(groupId: string, said: readonly Interpreted[]): Promise<void> {
    // Most messages need no read.
    if (!canTell(said)) return;
    const remembered = this.#known.get(groupId);
    if (
      remembered &&
      remembered.until > this.#clock() &&
      learn(remembered.offsets, said) === remembered.offsets
    )
      return;
    const group = await this.#groups.get(groupId);
    if (!group) return;
    const before = group.utcOffsets ?? [];
    const after = learn(before, said);
    // When another writer was faster, the next message tells again.
    if (after === before || (await this.#groups.setUtcOffsets(groupId, group.utcOffsets, after)))
      this.#remember(groupId, after);
  }

  #remember(groupId: string, offsets: readonly UtcOffset[]): void {
    if (this.#known.size >= MAX_ENTRIES) this.#known.clear();
    this.#known.set(groupId, { offsets, until: this.#clock() + FRESH_MS });
  }
}
