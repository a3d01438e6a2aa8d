/** Messages that show the primary's UTC offset (TRAP-2), and what is known after them. */
import { learn } from '../../lambdas/reports/primary-time/offset-evidence.ts';
import { NO_HISTORY, pack } from '../../lambdas/reports/primary-time/offset-history.ts';
import { offsetView } from '../../lambdas/reports/primary-time/offset-view.ts';
import { primaryTime } from '../../lambdas/reports/primary-time/primary-time.ts';
import { images, interpretText, jobs, notificationText } from './notifications.ts';

export const HOUR = 3_600;
export const DAY = 86_400;
export const BEGUN = 1_700_000_000;

export const job = (startTime: unknown, more: object = {}) => ({
  jobId: 1,
  jobType: 'BACKUP',
  state: 'DONE',
  startTime,
  clientName: 'a',
  ...more,
});
export const image = (backupTime: unknown, createdTime: unknown, more: object = {}) => ({
  backupId: `a_${backupTime}`,
  operationId: 'CREATE',
  clientName: 'a',
  backupTime,
  createdTime,
  ...more,
});
export interface Sent {
  readonly at: number;
  readonly jobs?: object[];
  readonly images?: object[];
}
export const messageOf = ({ at, jobs: some = [], images: others = [] }: Sent) =>
  interpretText(notificationText([jobs(...some), images(...others)], at));
export const learned = (...all: Sent[]) => {
  const history = all.reduce((known, one) => learn(known, messageOf(one)), NO_HISTORY);
  const group = { utcOffsetEvidence: pack(history) };
  return {
    history,
    time: primaryTime(group),
    view: (at: number) => offsetView(group, at * 1000),
    /** How the local time of a moment is read, reported soon after. */
    read: (moment: number, offset: number) =>
      primaryTime(group).read(moment + offset, { notAfter: moment + 40 }),
  };
};

/** A backup of half an hour that began at this moment, reported with its image after `late` seconds. */
export const night = (begun: number, offset: number, late = 40, more: object = {}): Sent => ({
  at: begun + HOUR / 2 + late,
  jobs: [job(begun + offset, more)],
  images: [image(begun, begun + HOUR / 2 + offset, more)],
});
/** The same without the job. */
export const imageOnly = (begun: number, offset: number, late = 40): Sent => ({
  ...night(begun, offset, late),
  jobs: [],
});
