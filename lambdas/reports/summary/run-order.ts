/** The order of a client's runs in UTC. They are stored in the order of their starts as sent, which some do not have. Pure. */

import type { JudgedClientPolicy, JudgedRun } from '../backups/judge.ts';
import { beganAt } from '../backups/start-time.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';

const runBeganAt = ({ leaves }: JudgedRun, time: PrimaryTime): number =>
  Math.min(...leaves.map((leaf) => beganAt(leaf, time)));

/** The same, its runs the latest first. */
export const inUtcOrder = (clientPolicy: JudgedClientPolicy, time: PrimaryTime): JudgedClientPolicy => {
  // Starts of one clock are in order.
  if (clientPolicy.runs.every(({ leaves }) => leaves.every(({ startTime }) => startTime > 0)))
    return clientPolicy;
  const runs = clientPolicy.runs
    .map((run) => ({ run, at: runBeganAt(run, time) }))
    .sort((a, b) => b.at - a.at || b.run.leaf.jobId - a.run.leaf.jobId)
    .map(({ run }) => run);
  return { ...clientPolicy, runs };
};
