import { isMoment } from '../../protocol/time-stamp.ts';

/** 2000-01-01. NetBackup's clocks are set; an earlier time is a placeholder. */
const FIRST = 946_684_800;
/** The largest offset from UTC is half a day, so a real time cannot be further ahead of its report. */
const MAX_AHEAD = 36 * 3600;

/**
 * One of NetBackup's times (NOT-2), as sent; undefined for what cannot be one: zero, before 2000, or more than 36 h after it was
 * reported.
 * @param reportedAt epoch seconds of the latest report of it
 */
export const usableTime = (value: unknown, reportedAt: number): number | undefined =>
  isMoment(value) && value >= FIRST && value <= reportedAt + MAX_AHEAD ? value : undefined;
