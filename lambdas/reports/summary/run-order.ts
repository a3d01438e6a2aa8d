/** Orders a client's runs in UTC. They are stored in the order of their starts as sent, which some runs do not have. Pure. */
import { beganAt } from '../backups/began.ts';
import type { JudgedProtection, JudgedRun } from '../backups/judge.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';

const runBeganAt = ({ leaves }: JudgedRun, time: PrimaryTime): number =>
  Math.min(...leaves.map((leaf) => beganAt(leaf, time)));

/** The same row with its runs ordered, the latest first. */
export const inUtcOrder = (protection: JudgedProtection, time: PrimaryTime): JudgedProtection => {
  // Starts by one clock are in order.
  if (protection.runs.every(({ leaves }) => leaves.every(({ startTime }) => startTime > 0)))
    return protection;
  const runs = protection.runs
    .map((run) => ({ run, at: runBeganAt(run, time) }))
    .sort((a, b) => b.at - a.at || b.run.leaf.jobId - a.run.leaf.jobId)
    .map(({ run }) => run);
  return { ...protection, runs };
};
