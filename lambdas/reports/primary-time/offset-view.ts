/** What a group shows of its primary's UTC offset (I-12). Pure. */
import type { Group } from '../../groups/group.ts';
import { isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { offsetsIn, unpack } from './offset-history.ts';
import { offsetsOfZone } from './time-zone.ts';
import { type Offsets, offsetsOf } from './utc-offset.ts';

export const OFFSET_SOURCES = ['configured', 'learned', 'estimated', 'unknown'] as const;

export interface OffsetView {
  /** How far NetBackup's local times are ahead of UTC now. */
  readonly seconds?: number;
  readonly source: (typeof OFFSET_SOURCES)[number];
  /** Set if the time zone contradicts the primary's reports. */
  readonly warning?: string;
}

/** @param now epoch ms */
export const offsetView = (
  { timeZone, utcOffsetEvidence }: Pick<Group, 'timeZone' | 'utcOffsetEvidence'>,
  now: number,
): OffsetView => {
  const history = unpack(utcOffsetEvidence);
  const inForce = (offsets: Offsets, utc: number) => offsets(utc, utc).at(-1);
  if (timeZone === undefined) {
    const offset = inForce(offsetsOf(offsetsIn(history)), now / 1000);
    if (!offset) return { source: 'unknown' };
    return { seconds: offset.seconds, source: offset.estimated ? 'estimated' : 'learned' };
  }
  const offsets = offsetsOfZone(timeZone);
  const secondsAt = (utc: number) => inForce(offsets, utc)?.seconds;
  const contrary = history.exact.findLast(
    ({ moment, seconds, isUnsure }) => !isUnsure && secondsAt(moment) !== seconds,
  );
  const warning = contrary && [
    `The time zone ${timeZone} may be wrong: a job and its image of ${isoTime(contrary.moment * 1000)} show`,
    `an offset of ${contrary.seconds} s, but it has ${secondsAt(contrary.moment)} s then.`,
  ];
  return omitUndefined({
    seconds: secondsAt(now / 1000),
    source: 'configured' as const,
    warning: warning?.join(' '),
  });
};
