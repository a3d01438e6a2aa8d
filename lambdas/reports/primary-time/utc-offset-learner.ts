/** Learns the UTC offset of each group's primary, and stores the evidence on the group (I-12), with a time zone too. */

import type { GroupsStore } from '../../groups/groups-store.ts';
import type { Interpretation } from '../../notifications/notification.ts';
import type { Clock } from '../../platform/clock.ts';
import { CONFLICT, compareAndSet } from '../../platform/dynamodb/compare-and-set.ts';
import { hasEvidence, learn } from './offset-evidence.ts';
import { isMinorChange, merged, NO_HISTORY, type OffsetHistory, pack, unpack } from './offset-history.ts';

type Groups = Pick<GroupsStore, 'get' | 'setUtcOffsetEvidence'>;

/** How long evidence is cached: the offset changes twice a year. */
const CACHE_MS = 10 * 60 * 1000;
const MAX_ENTRIES = 1_000;
const MAX_ATTEMPTS = 5;

interface Known {
  /** Of the group: another one with its id starts from nothing. */
  readonly createdAt: number;
  readonly stored: OffsetHistory;
  /** What is stored, and what was not worth a write. */
  readonly history: OffsetHistory;
  readonly until: number;
}

const isWorthWriting = (stored: OffsetHistory, history: OffsetHistory): boolean =>
  pack(history) !== pack(stored) && !isMinorChange(stored, history);

export class UtcOffsetLearner {
  readonly #groups: Groups;
  readonly #clock: Clock;
  readonly #cache = new Map<string, Known>();

  constructor(groups: Groups, clock: Clock) {
    this.#groups = groups;
    this.#clock = clock;
  }

  /** Learns from one message. Reads and writes only when the message can have something new. */
  async learnFrom(groupId: string, notifications: readonly Interpretation[]): Promise<void> {
    if (!hasEvidence(notifications)) return;
    const known = this.#cache.get(groupId);
    if (known && known.until > this.#clock()) {
      const history = learn(known.history, notifications);
      if (!isWorthWriting(known.stored, history)) {
        this.#cache.set(groupId, { ...known, history });
        return;
      }
    }
    await compareAndSet(`UTC offset of ${groupId}`, MAX_ATTEMPTS, () =>
      this.#learnFromStored(groupId, notifications, known),
    );
  }

  async #learnFromStored(
    groupId: string,
    notifications: readonly Interpretation[],
    known: Known | undefined,
  ): Promise<typeof CONFLICT | undefined> {
    const group = await this.#groups.get(groupId);
    if (!group) return undefined;
    const { createdAt, utcOffsetEvidence } = group;
    const before = unpack(utcOffsetEvidence);
    const unwritten = known?.createdAt === createdAt ? known.history : NO_HISTORY;
    const history = learn(merged(before, unwritten), notifications);
    const isWritten = isWorthWriting(before, history);
    if (isWritten && !(await this.#groups.setUtcOffsetEvidence(groupId, utcOffsetEvidence, pack(history))))
      return CONFLICT;
    if (this.#cache.size >= MAX_ENTRIES) this.#cache.clear();
    const stored = isWritten ? history : before;
    this.#cache.set(groupId, { createdAt, stored, history, until: this.#clock() + CACHE_MS });
    return undefined;
  }
}
