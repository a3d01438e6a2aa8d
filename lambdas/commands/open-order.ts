/**
 * The sort key of the index of open commands: queued ones by age, then those under way in the lane `safe`, then the other lanes
 * by name. Pure.
 */
import { isoTime } from '../platform/clock.ts';
import type { Command } from './command.ts';
import type { Lane } from './lanes.ts';

export const orderOfQueued = (createdAt: string): string => `queued#${createdAt}`;

/** @param now epoch ms of posting */
export const orderOfSent = (lane: Lane, now: number): string =>
  lane === 'safe' ? `sent#${isoTime(now)}` : `sent:${lane}#${isoTime(now)}`;

/** The keys of all commands under way in these lanes, none of which is `safe`. */
export const laneRange = ([first, last]: readonly [first: Lane, last: Lane]): [low: string, high: string] => [
  `sent:${first}#`,
  `sent:${last}#~`,
];

/** What the index entry of a command under way contains. */
export interface UnderWay {
  readonly commandId: string;
  readonly lane: Lane;
  /** Epoch ms. */
  readonly sentAt: number;
}

export const readUnderWay = ({
  commandId,
  openOrder,
}: Pick<Command, 'commandId' | 'openOrder'>): UnderWay => {
  const [, lane, time] = /^sent:(\w+)#(.*)$/.exec(openOrder ?? '') ?? [];
  return { commandId, lane: (lane ?? 'safe') as Lane, sentAt: Date.parse(time ?? '') };
};
